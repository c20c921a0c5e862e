// SPDX-License-Identifier: Apache-2.0
// Phrases that several outputs for people say alike. Nothing here is escaped: that is the business
// of each output.
#pragma once

#include "goknot/model/report.h"

#include <string>
#include <string_view>
#include <vector>

namespace goknot::output {

// What a kind of dump is called: "SIGQUIT dump" for "sigquit"; an unknown word stays as it is.
std::string_view format_words(std::string_view format);

// The parts of the first line: target, kind and version, goroutines, size and time.
std::vector<std::string> headline(const Diagnosis& diagnosis);

// The last part of it with the longest time there is ("under 1 ms"): by this a layout decides, so
// that what is shown does not depend on how fast the machine was.
std::string longest_effort(const Diagnosis& diagnosis);

// "DEADLOCK, likely."
std::string verdict_words(const Verdict& verdict);

// "leak, possible".
std::string finding_words(const Finding& finding);

// The finding's tree; where the analysis gave none, its culprits as one row each.
std::vector<Knot> tree_of(const Finding& finding);

// "104 KB of stacks and 9 KB of heap that nothing else refers to": what those keep who can never be
// woken. Empty where it is not known, or not worth a word.
std::string held_words(const Finding& finding);

// "hub.go:281", the file without its folders; empty if unknown.
std::string location_of(const Place& place);

// "(*Hub).Add hub.go:281": function without the path of its package, and location.
std::string place_words(const Place& place);

// A word for the shell: as it is if that is safe, else in quotes; empty if no quoting can help
// (control characters, invalid text, standard input, more than a line).
std::string shell_word(std::string_view word);

// Commands that lead on from this report, the most useful first.
std::vector<std::string> next_commands(const Diagnosis& diagnosis);

// Goroutines that no finding of severity warning or above explains, without the runtime's own.
std::uint64_t uninvolved(const Diagnosis& diagnosis);

}  // namespace goknot::output
