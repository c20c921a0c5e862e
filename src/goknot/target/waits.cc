// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/waits.h"

#include "goknot/target/fields.h"
#include "goknot/target/waits/channel.h"
#include "goknot/target/waits/detail.h"
#include "goknot/target/waits/semaphore.h"

namespace goknot::target {

void want_waits(const Code& code, const Specimen& specimen, Surroundings& surroundings) {
  want_channels(code.layout(), specimen, surroundings);
  want_sync(code.layout(), specimen, surroundings);
  want_detail(code.layout(), specimen, surroundings);
}

void WaitRows::add(const Specimen& specimen, const Surroundings& surroundings, std::uint32_t row,
                   std::uint32_t frame) {
  if (specimen.record.status.state != State::waiting) return;
  const Wait form{.goroutine = row, .object = {}, .identity = Identity::exact, .frame = frame};
  if (!add_sync(specimen, surroundings, form)) add_channels(specimen, surroundings, form);
}

ObjectId WaitRows::channel(Address address, std::span<const std::byte> bytes) {
  const ObjectId id = objects_.add(address, ObjectKind::channel);
  WaitObject& object = snapshot_.objects[id.index()];
  if (object.state != WaitObject::kNoState) return id;
  const std::string& element = types_.name(Fields(bytes).address(layout_.hchan.elemtype));
  if (!element.empty()) object.element = snapshot_.strings.add(element);
  objects_.state(id) = channel_state(layout_, bytes);
  return id;
}

void WaitRows::add_channels(const Specimen& specimen, const Surroundings& surroundings,
                            const Wait& form) {
  if (const auto operation = wait_for_nil(specimen)) {
    Wait& row = snapshot_.waits.emplace_back(form);
    row.kind = ObjectKind::nil_channel;
    row.operation = *operation;
    return;
  }
  const ChannelWaits waits = channel_waits(layout_, specimen, surroundings);
  if (waits.cut) ++cut_;
  for (const ChannelWait& wait : waits.cases) {
    Wait& row = snapshot_.waits.emplace_back(form);
    row.object = channel(wait.channel, copied_channel(layout_, surroundings, wait.channel));
    row.kind = ObjectKind::channel;
    row.operation = wait.operation;
  }
}

// What does not admit waiters by its own words is not what the goroutine waits for: a word of a
// frame was taken for it that is not. It is better to tell nothing.
bool WaitRows::add_sync(const Specimen& specimen, const Surroundings& surroundings,
                        const Wait& form) {
  const auto wait = sync_wait(layout_, specimen, surroundings);
  if (!wait) return false;
  const auto bytes = surroundings.at(wait->address, sync_size(layout_, wait->kind));
  const ObjectState state = sync_state(layout_, wait->kind, wait->address, bytes);
  if (bytes.empty() && wait->kind != ObjectKind::lock) return false;
  if (!admits_waiters(wait->kind, state)) return false;
  const ObjectId id = objects_.add(wait->address, wait->kind);
  if (!bytes.empty()) objects_.state(id) = state;
  if (wait->kind == ObjectKind::once) {
    const auto mutex = static_cast<Address>(layout_.once.m);
    objects_.add_part(id, wait->address + mutex, ObjectKind::mutex);
  }
  if (wait->kind == ObjectKind::cond) {
    const Address lock = lock_of_cond(layout_, bytes);
    if (lock != 0) snapshot_.objects[id.index()].cond_lock = lock;
  }
  Wait& row = snapshot_.waits.emplace_back(form);
  row.object = id;
  row.kind = wait->kind;
  row.operation = wait->operation;
  row.writer_queued = wait->writer_queued;
  return true;
}

}  // namespace goknot::target
