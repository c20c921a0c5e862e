// SPDX-License-Identifier: Apache-2.0
// A finding as a rule makes it: in rows of the snapshot, without numbers, tree and fingerprint,
// which are the same work for all rules.
#pragma once

#include "goknot/analysis/scene.h"
#include "goknot/model/diagnosis.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace goknot::analysis {

struct DraftEdge {
  std::uint32_t row = 0;
  Relation relation = Relation::waits;
  ObjectId object;
  Operation operation = Operation::unknown;
  Grade grade = Grade::likely;
  std::string evidence;
};

// Which goroutines behind those of a draft belong to it, beside its victims.
enum class Behind : std::uint8_t {
  none,
  stuck,  // whose every way forward leads through its roots
  all,    // also who queues for locks of those, and who asks busy objects
};

// A frame to blame.
struct DraftCulprit {
  Role role = Role::waits;
  std::uint32_t row = 0;
  std::uint32_t frame = 0;  // depth on the stack of that row
};

struct Draft {
  std::string_view rule;
  Grade grade = Grade::possible;
  Severity severity = Severity::info;
  Shape shape = Shape::none;
  std::string title;  // what a colleague could repeat on the phone, without "deadlock" or the grade
  std::string title_of_many;  // the same behind "7 times, ", if it may happen to several objects
  std::size_t times = 1;      // how often it did
  std::string explanation;    // why: the evidence, at most two sentences
  std::string advice;
  std::vector<std::uint32_t> roots;    // rows
  std::vector<std::uint32_t> victims;  // rows
  Behind behind = Behind::none;        // added once the draft is known to be needed
  std::vector<DraftEdge> edges;
  std::vector<DraftCulprit>
      culprits;                   // most to blame first; the roots' own frames are added behind
  std::vector<FrameId> suspects;  // places in nobody's stack that may have left a lock locked; they
                                  // come between the two
  std::vector<std::string> unknown;
};

// The finding of a draft, complete but for its id. `groups` are the views whose ids are shown, in
// the scene's order.
Finding finish(const Scene& scene, const Draft& draft, const std::vector<std::string>& group_ids);

// An edge "row waits for its object", as read.
DraftEdge waits_edge(const Scene& scene, std::uint32_t row);

// What a person calls an object: "Hub.mu", "the lock of node.Hub", "the lock at 0xc000105e28", "a
// lock".
std::string object_name(const Scene& scene, ObjectId object);

// The same for one of several such locks, without an address: "Hub.mu", "the lock of a node.Hub",
// "a lock".
std::string any_such_lock(const Scene& scene, ObjectId object);

// The same for the side of a lock that somebody wants or has: "the read lock of node.Hub".
std::string lock_name(const Scene& scene, ObjectId object, Operation operation);

}  // namespace goknot::analysis
