// SPDX-License-Identifier: Apache-2.0
// How findings say things, in one place.
#pragma once

#include "goknot/analysis/scene.h"

#include <cstdint>
#include <span>
#include <string>

namespace goknot::analysis {

// "1 goroutine", "3,407 goroutines".
std::string goroutines(std::uint64_t count);

// The same for those of some rows; one alone goes by its name: "goroutine 418".
std::string goroutines(const Scene& scene, std::span<const std::uint32_t> rows);

// "1 goroutine waits", "6 goroutines wait".
std::string waiters(std::uint64_t count);

// The text with a capital letter in front, as sentences have it.
std::string capitalised(std::string text);

// What a goroutine does while it waits: "waits to send on a channel", "waits to read-lock", "is
// running".
std::string doing(const Traits& traits, const Group& group);

// The same for several: "wait to send on a channel".
std::string doing_many(const Traits& traits, const Group& group);

// What goroutines of one group do, with the channel named where it is one and known: "wait to send
// on Pool.work (full, 0 of 0)".
std::string doing(const Scene& scene, std::span<const std::uint32_t> rows);

// What the kernel says that a goroutine does: "waits to read from tcp 10.0.0.1:80
// to 10.0.0.7:51000", "is in the system call read of pipe, written by cat (813)"; empty if it was
// not asked.
std::string doing_outside(const Scene& scene, std::uint32_t row);

// " for 14 min", or nothing if no age is known.
std::string for_minutes(std::int32_t minutes);

// "node.(*Hub).Add (hub.go:281)": the frame a reader should look at first, in their own code if
// there is any.
std::string at_place(const Place& place);

// "hub.go:281", or the function where there is no file.
std::string short_place(const Place& place);

// The depth of the innermost frame outside the package whose code waits: where a library was
// called that waits in its own code. That of the wait if all outside it is the same package.
std::uint32_t entry_to_library(const Scene& scene, std::uint32_t row);

// "goroutine 418" or, without an id, "a goroutine".
std::string goroutine_name(const Scene& scene, std::uint32_t row);

}  // namespace goknot::analysis
