// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/program_facts.h"

#include "goknot/target/runtime_state.h"

namespace goknot::source {

namespace {

// Of all goroutines, if all were read.
std::optional<std::uint64_t> stack_bytes(const Snapshot& snapshot) {
  if (!snapshot.origin.complete) return std::nullopt;
  std::uint64_t bytes = 0;
  for (const GoroutineDetail& detail : snapshot.details) bytes += detail.stack_reserved;
  return bytes;
}

}  // namespace

ProgramFacts program_facts(const target::Memory& memory, const target::Program& program,
                           const Snapshot& snapshot) {
  ProgramFacts facts;
  facts.module = program.build.module;
  facts.module_version = program.build.module_version;
  facts.revision = program.build.setting("vcs.revision");
  facts.settings = program.build.settings;
  const target::RuntimeState state = target::read_runtime_state(memory, program);
  facts.max_procs = state.max_procs;
  facts.heap_bytes = state.heap_bytes;
  facts.collecting = state.collecting;
  facts.stack_bytes = stack_bytes(snapshot);
  return facts;
}

void set_build_ids(const target::BuildIds& ids, Origin& origin) {
  origin.build_id = ids.gnu.empty() ? ids.go : ids.gnu;
  if (origin.facts) origin.facts->go_build_id = ids.go;
}

}  // namespace goknot::source
