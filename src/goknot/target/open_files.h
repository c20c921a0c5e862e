// SPDX-License-Identifier: Apache-2.0
// What a program has open, by its own account: a core has no kernel to ask.
#pragma once

#include "goknot/target/file_uses.h"
#include "goknot/target/memory.h"
#include "goknot/target/program.h"

#include <span>
#include <string_view>
#include <vector>

namespace goknot::target {

// What closes an os.File that nobody closed. Go: os/file_unix.go newFile, go1.13 to go1.27.
inline constexpr std::string_view kFileFinalizer = "os.(*file).close";

// The files that the program has open more than once under one name, each with all its descriptors
// as both owners and others: which of them has a lock is not told. They are found by their
// finalizer.
std::vector<ContendedFile> find_files_opened_twice(const Memory& memory, const Program& program,
                                                   std::string_view finalizer = kFileFinalizer);

// Those of such files of whose lock it can be told, by what goroutines do, which descriptors want
// it and which has it: some goroutine tries again and again to lock one, and just one other is to
// be closed by a call that a goroutine of a function which locks files has deferred.
std::vector<ContendedFile> contended_by_use(std::span<const ContendedFile> files,
                                            std::span<const FileUse> uses);

}  // namespace goknot::target
