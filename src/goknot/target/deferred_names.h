// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/target/callees.h"
#include "goknot/target/code.h"
#include "goknot/target/defers.h"
#include "goknot/target/interface_call.h"

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <string>

namespace goknot::target {

// Names deferred calls as the `defer` statement has them: "sync.(*Mutex).Unlock",
// "main.(*Hub).leave", "close", whatever the compiler wrapped around it; "main.serve.func1" for a
// function literal. Each function is looked at once.
class DeferredNames {
 public:
  // The code must outlive it.
  explicit DeferredNames(const Code& code) : code_(code), callees_(code) {}

  // The name of a call; empty if it is one of the runtime's own, or no function is there.
  std::string name_of(const PendingCall& call);
  // The address of what a method of package sync is called on: `defer wg.Done()`. None for any
  // other call, and where the method is called by the user's own code.
  std::optional<Address> receiver_of(const PendingCall& call);

 private:
  // Where a call has the receiver of the method that it makes.
  enum class Receiver : std::uint8_t { none, argument, captured };

  // What is known of a function, whoever deferred it.
  struct Form {
    std::string name;
    Receiver receiver = Receiver::none;
    std::optional<InterfaceCall> method;  // that it calls; its name depends on who has deferred it
  };

  const Form& form_of(Address code);
  Form look_at(Address code);
  std::optional<InterfaceCall> interface_call(const Function& function) const;
  std::string method_name(const PendingCall& call, const InterfaceCall& method) const;

  const Code& code_;
  Callees callees_;
  absl::flat_hash_map<Address, Form> forms_;  // by code
};

}  // namespace goknot::target
