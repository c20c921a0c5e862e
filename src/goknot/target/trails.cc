// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/trails.h"

#include <algorithm>

namespace goknot::target {

namespace {

// The bounds keep a program in which every stack is another one from paying for trails nobody uses
// again.
constexpr std::size_t kMostTrails = 4096;
constexpr std::size_t kMostAlike = 16;  // that begin at one place and are of one length
constexpr std::size_t kMostPlaces = 256;

bool leads_over(const Trail& trail, const Copy& stack, const Start& start) {
  return trail.lr == start.lr && std::ranges::all_of(trail.words, [&](const SavedWord& word) {
           return stack.word(start.sp + word.at) == word.value;
         });
}

// Where a walk ends nothing but the stack pointer is told.
void shift(std::vector<Activation>& places, Address distance) {
  for (Activation& place : places) {
    place.sp += distance;
    if (place.site->is_end) continue;
    place.variables += distance;
    place.arguments += distance;
  }
}

void follow(const Trail& trail, const Start& start, Unwound& into) {
  into.end = StackEnd::complete;
  into.activations = trail.places;
  shift(into.activations, start.sp);
}

}  // namespace

const Trail* Trails::find(const Key& key, const Copy& stack, const Start& start) const {
  const auto alike = known_.find(key);
  if (alike == known_.end()) return nullptr;
  for (const auto& trail : alike->second) {
    if (leads_over(*trail, stack, start)) return trail.get();
  }
  return nullptr;
}

const Trail* Trails::note(const Key& key, const Start& start, const Unwound& walked) {
  if (walked.end != StackEnd::complete || walked.activations.size() > kMostPlaces) return nullptr;
  auto& alike = known_[key];
  if (count_ == kMostTrails || alike.size() == kMostAlike) return nullptr;
  Trail trail{.lr = start.lr, .words = walked.words, .places = walked.activations};
  for (SavedWord& word : trail.words) word.at -= start.sp;
  shift(trail.places, -start.sp);
  ++count_;
  return alike.emplace_back(std::make_unique<const Trail>(std::move(trail))).get();
}

const Trail* Trails::walk(const Copy& stack, const Start& start, Unwound& into) {
  if (start.lookup != Lookup::after_call) {
    unwind(view_, stack, start, into);
    return nullptr;
  }
  const Key key(start.pc, stack.bytes.size());
  if (const Trail* trail = find(key, stack, start)) {
    follow(*trail, start, into);
    return trail;
  }
  unwind(view_, stack, start, into);
  return note(key, start, into);
}

}  // namespace goknot::target
