// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace goknot::testing_support {

// A process of our own to look at; killed and collected when it goes out of scope.
class Child {
 public:
  // A copy of this program that does `prepare` and then sleeps. `prepare` must not need threads or
  // locks. Returns when that is done.
  explicit Child(const std::function<void()>& prepare);
  // A program with arguments, started by its path; outputs go nowhere.
  explicit Child(const std::vector<std::string>& words);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  pid_t pid() const { return pid_; }
  // Kills it; it stays a zombie until it goes out of scope.
  void kill();

 private:
  pid_t pid_ = -1;
};

// Waits for up to ten seconds until something is so.
bool eventually(const std::function<bool()>& is_so);

}  // namespace goknot::testing_support
