// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "goknot/model/snapshot.h"
#include "goknot/target/file_uses.h"

#include <span>
#include <vector>

namespace goknot::target {

// Those files that were contended in two looks in the same way: what was read between the looks
// happened under these locks.
std::vector<ContendedFile> still_contended(std::span<const ContendedFile> before,
                                           std::span<const ContendedFile> after);

// Writes who waits for the lock of a file and who holds it into a snapshot whose waits are
// complete. A goroutine that tries again and again waits for the lock, whatever it does between two
// tries. Only files that somebody waits for are written.
void add_file_locks(std::span<const FileUse> uses, std::span<const ContendedFile> files,
                    Snapshot& snapshot);

}  // namespace goknot::target
