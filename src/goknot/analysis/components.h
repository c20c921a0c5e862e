// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace goknot::analysis {

// The strongly connected components of a graph, by Tarjan's algorithm (SIAM J. Comput. 1, 1972)
// with an explicit stack: a graph may be a hundred thousand steps deep.
class Components {
 public:
  // `next` gives the successors of a node.
  template <typename Next>
  Components(std::size_t size, Next next) : index_(size, kUnseen), low_(size), component_(size) {
    for (std::uint32_t node = 0; node < size; ++node) {
      if (index_[node] == kUnseen) visit(node, next);
    }
  }

  // The number of a node's component.
  std::uint32_t of(std::uint32_t node) const { return component_[node]; }
  std::uint32_t count() const { return count_; }

 private:
  struct Frame {
    std::uint32_t node = 0;
    std::vector<std::uint32_t> next;
    std::size_t at = 0;
  };

  void enter(std::uint32_t node, std::vector<std::uint32_t> next) {
    index_[node] = low_[node] = ++counter_;
    path_.push_back(node);
    frames_.push_back({node, std::move(next), 0});
  }

  // All successors of the innermost node were visited.
  void leave() {
    const std::uint32_t node = frames_.back().node;
    frames_.pop_back();
    if (!frames_.empty()) {
      std::uint32_t& low = low_[frames_.back().node];
      low = std::min(low, low_[node]);
    }
    if (low_[node] != index_[node]) return;
    for (std::uint32_t member = kUnseen; member != node;) {
      member = path_.back();
      path_.pop_back();
      component_[member] = count_;
      index_[member] = kDone;
    }
    ++count_;
  }

  template <typename Next>
  void visit(std::uint32_t start, Next next) {
    enter(start, next(start));
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.at == frame.next.size()) {
        leave();
        continue;
      }
      const std::uint32_t to = frame.next[frame.at++];
      if (index_[to] == kUnseen) {
        enter(to, next(to));
      } else if (index_[to] != kDone) {
        low_[frame.node] = std::min(low_[frame.node], index_[to]);
      }
    }
  }

  static constexpr std::uint32_t kUnseen = 0xffffffff;
  static constexpr std::uint32_t kDone = kUnseen - 1;

  std::uint32_t counter_ = 0;
  std::uint32_t count_ = 0;
  std::vector<std::uint32_t> index_, low_, component_, path_;
  std::vector<Frame> frames_;
};

}  // namespace goknot::analysis
