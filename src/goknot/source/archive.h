// SPDX-License-Identifier: Apache-2.0
// Compressed streams and archives, all through libarchive.
#pragma once

#include "goknot/base/growing.h"
#include "goknot/base/result.h"
#include "goknot/source/allowance.h"
#include "goknot/source/containers.h"
#include "goknot/source/inflate.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct archive;

namespace goknot::source {

// Gives back what libarchive holds.
struct CloseArchive {
  void operator()(struct archive* handle) const;
};

// One file of an archive. Where it stands uncompressed in the archive, it is not copied.
struct Entry {
  std::string name;  // as the archive has it: anything
  std::string_view in_place;
  Growing copied;       // the content if `in_place` is empty
  std::string trouble;  // why the content is not all: "ends early"; empty if it is
};

// Reads a container that find_container has recognised. Views `bytes`.
class Archive {
 public:
  // Errors: damaged.
  static Result<Archive> open(const Container& container, std::string_view bytes,
                              Allowance& allowance);

  // The next regular file, none at the end. Errors: damaged (there may be more after it, which
  // cannot be found), unsupported (a limit was passed).
  Result<std::optional<Entry>> next();
  // Whether the bytes pass a decompressor; known once next() was called.
  bool is_filtered() const;

 private:
  Archive(struct archive* handle, std::string_view bytes, Allowance& allowance);
  Result<Entry> read_content(std::string name);
  Result<Unit> take(std::size_t size, const Entry& entry);
  bool is_in_place(const Entry& entry, std::string_view block, std::int64_t offset) const;
  std::string complaint() const;

  std::unique_ptr<struct archive, CloseArchive> handle_;
  std::string_view bytes_;
  Allowance* allowance_;
};

// Takes the next piece of a stream; what it refuses ends the unpacking.
using TakePiece = std::function<Result<Unit>(std::string_view)>;

// Unpacks a compressed stream piece by piece, without keeping any. Returns why that is not all:
// "is damaged or ends early", or nothing. Errors: damaged (nothing came out), those of `take`.
Result<std::string> pass_through(const Container& container, std::string_view packed,
                                 const TakePiece& take);

// Unpacks a compressed stream. Errors: damaged (nothing came out), unsupported (too much did).
Result<Expanded> expand(const Container& container, std::string_view packed, Allowance& allowance);

}  // namespace goknot::source
