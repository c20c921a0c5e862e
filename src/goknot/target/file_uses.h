// SPDX-License-Identifier: Apache-2.0
// Which goroutines want the lock of a file, and which have it.
#pragma once

#include "goknot/target/batch.h"
#include "goknot/target/callees.h"
#include "goknot/target/code.h"
#include "goknot/target/defers.h"
#include "goknot/target/file_objects.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace goknot::target {

// A process that has the lock of a file.
struct FileLockHolder {
  std::int32_t pid = 0;    // 0: not told
  std::string name;        // its command
  std::string standstill;  // why it cannot run; empty: it can, as far as known
  bool own = false;        // it is the program that is looked at

  friend bool operator==(const FileLockHolder&, const FileLockHolder&) = default;
};

// A file whose lock is taken, of which the program has descriptors that do not have it.
struct ContendedFile {
  std::string path;
  std::vector<int> owners;  // descriptors of the program that have the lock
  std::vector<int> others;  // its descriptors of the same file that do not
  std::vector<FileLockHolder> holders;
  bool listed = true;  // by the kernel; false: it follows from what the goroutines do

  // Whether a descriptor of the program is one of the first or second kind.
  bool has_owner(int fd) const { return std::ranges::find(owners, fd) != owners.end(); }
  bool has_other(int fd) const { return std::ranges::find(others, fd) != others.end(); }
};

// What a goroutine has to do with the lock of a file.
struct FileUse {
  // How that is known.
  enum class Kind : std::uint8_t {
    wants,   // it is in a function that locks files, with a descriptor that does not have the lock
    closes,  // a call that it has deferred will close the descriptor that has the lock
    keeps,   // a function that opens and locks files has that descriptor in its variables
  };

  std::int64_t goroutine = 0;  // its id
  std::uint32_t frame = 0;     // depth of the frame that shows it
  int fd = -1;
  Kind kind = Kind::wants;
  // What speaks for it without the kernel's word. Of who wants it: from where it stands, its code
  // leads back to asking for the lock. Of who closes it: that call, or the function that deferred
  // it, has to do with locks of files.
  bool supported = false;
};

// Gathers goroutine by goroutine. Costs nothing if no file is contended.
// What it sees on the stack of one goroutine that waits for itself:
//
//     time.Sleep
//     bolt.flock          wants: leads to syscall.Flock, its variables to the os.File of fd 9
//     bolt.Open
//     main.migrate
//     main.main           closes: its deferred db.Close() leads to os.(*File).Close of fd 7
//
// The kernel says that the lock of the file is on fd 7, and that fd 9 is the same file without it.
class FileUses {
 public:
  // Nothing is copied; all must outlive it.
  FileUses(Code& code, const Module& module, std::span<const ContendedFile> files);

  // Notes what a goroutine has to do with these files. `depths` has, for each of its activations,
  // the depth of the frame it is shown as.
  void note(const Specimen& specimen, const Surroundings& surroundings,
            std::span<const std::uint32_t> depths);
  std::vector<FileUse> take() { return std::move(uses_); }

 private:
  std::optional<std::size_t> locking_frame(const Specimen& specimen);
  bool locks_files(const Activation& activation, int depth);
  bool leads_back(const Activation& activation);
  void note_want(const Specimen& specimen, std::span<const std::uint32_t> depths,
                 std::size_t innermost);
  void note_kept(const Specimen& specimen, std::span<const std::uint32_t> depths,
                 std::size_t outside);
  void note_closes(const Specimen& specimen, const Surroundings& surroundings,
                   std::span<const std::uint32_t> depths);
  std::vector<int> in_variables(const Specimen& specimen, std::size_t activation, int depth,
                                std::span<const int> among);
  std::optional<int> first_among(const Specimen& specimen, Address pointer, int depth,
                                 std::span<const int> among);

  Code& code_;
  std::vector<int> owners_, others_;
  bool listed_ = true;  // the kernel tells them apart
  std::vector<WantedFile> wanted_;
  std::optional<Spans> spans_;
  std::optional<FileObjects> objects_;
  Callees callees_;
  std::vector<FileUse> uses_;
};

}  // namespace goknot::target
