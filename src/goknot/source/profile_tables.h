// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/base/result.h"
#include "goknot/model/snapshot.h"
#include "goknot/source/proto_fields.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::source {

// The parts of a pprof profile (github.com/google/pprof/proto/profile.proto), found but not yet
// taken apart. Points into the bytes.
struct ProfileParts {
  std::vector<std::string_view> strings, sample_types, samples, mappings, locations, functions;
  std::vector<std::uint64_t> comments;
  std::int64_t time_nanos = 0;
  bool broken = false;  // ends in the middle or is damaged

  // The string of a number; empty if there is none such.
  std::string_view text(std::uint64_t number) const {
    return number < strings.size() ? strings[number] : std::string_view();
  }
};

// The parts of these bytes.
ProfileParts parse_profile_parts(std::string_view bytes);

// Whether the bytes are a pprof profile, or the beginning of one: told by its structure.
bool looks_like_profile(std::string_view bytes);

// The locations of a profile as frames of a snapshot. A location with inlined functions is several
// frames.
class ProfileLocations {
 public:
  // Adds the frames of all locations to the snapshot.
  ProfileLocations(const ProfileParts& parts, Snapshot& snapshot);

  // The frames of a location, innermost first; none if there is no such location.
  std::span<const FrameId> frames(std::uint64_t location) const;
  // How many locations have no symbol.
  std::uint64_t unnamed() const { return unnamed_; }

 private:
  struct Function {
    StringId name, file;
  };

  void add_functions(const ProfileParts& parts, Snapshot& snapshot);
  void add_location(std::string_view message, Snapshot& snapshot);
  Frame frame_of_line(std::string_view message) const;

  absl::flat_hash_map<std::uint64_t, Function> functions_;
  absl::flat_hash_map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> locations_;
  std::vector<FrameId> frames_;
  std::uint64_t unnamed_ = 0;
};

}  // namespace goknot::source
