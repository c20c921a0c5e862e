// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/json.h"
#include "goknot/model/snapshot.h"
#include "goknot/model/status.h"
#include "goknot/source/profile_tables.h"

#include <absl/container/flat_hash_map.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace goknot::source {

// Which frames of a stack were left out; see Stack.
struct StackElision {
  std::uint32_t at = 0, count = 0;
};

// Gives a snapshot back what `goknot save` put into labels and comments (model/profile_labels.h).
// Points into the snapshot, the parts and the locations. Every text is read once, however many
// goroutines have it, and adds a fixed amount to each.
class ProfileRestore {
 public:
  ProfileRestore(const ProfileParts& parts, const ProfileLocations& locations, Snapshot& snapshot);

  // Whether goknot wrote the profile. If not, only set_status does something.
  bool ours() const { return ours_; }
  // Begins with the next goroutine.
  void begin();
  // A label "goknot::…" of it.
  void add_label(Goroutine& goroutine, std::string_view key, std::string_view text,
                 std::int64_t number);
  // Its status as Go prints it, and what follows from that.
  void set_status(Goroutine& goroutine, std::string_view text);
  // What its labels said about the stack.
  StackElision elision() const { return elision_; }
  // Ends it, when its stack is known.
  void end(Goroutine& goroutine);
  // Restores what belongs to no goroutine: origin, objects, gaps; and drops references to nothing.
  void finish();

 private:
  struct KnownStatus {
    StringId text;
    Status status;
  };
  template <typename Row>
  using ByText = absl::flat_hash_map<const char*, Row>;  // rows by where their text stands

  std::uint32_t row() const { return static_cast<std::uint32_t>(snapshot_.goroutines.size()); }
  void set_flags(Goroutine& goroutine, std::string_view text);
  bool set_fact(Goroutine& goroutine, std::string_view key, std::string_view text,
                std::int64_t number);
  void add_row(std::string_view key, std::string_view text);
  template <typename Row, typename Parse>
  const Row& parsed(ByText<Row>& known, std::string_view text, Parse parse);
  template <typename Row>
  void add(std::vector<Row>& rows, const Row& row);
  FrameId frame_of(std::uint64_t location) const;
  GoroutineDetail parse_details(const Json& json);
  Ancestor parse_ancestor(const Json& json);
  Omission parse_omission(const Json& json) const;
  void add_object(const Json& json);
  void set_origin(const Json& json);

  const ProfileParts& parts_;
  const ProfileLocations& locations_;
  Snapshot& snapshot_;
  bool ours_ = false;
  StackElision elision_;
  std::string_view arguments_;
  ByText<KnownStatus> statuses_;
  ByText<StackElision> elisions_;
  ByText<Wait> waits_;
  ByText<Hold> holds_;
  ByText<Ancestor> ancestors_;
  ByText<GoroutineDetail> details_;
  ByText<DeferredCall> deferred_;
  ByText<Reference> references_;
  ByText<OutsideWait> outside_;
};

}  // namespace goknot::source
