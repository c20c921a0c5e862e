// SPDX-License-Identifier: Apache-2.0
// gzip by zlib itself: libarchive throws away up to 64 KiB before the place where a stream is cut,
// which is all there is of most profiles.
#include "goknot/source/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace goknot::source {

namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20U;
constexpr int kGzipOnly = 16 + MAX_WBITS;  // zlib.h: inflateInit2

// One run of zlib over a text; knows how far it came.
class Inflater {
 public:
  explicit Inflater(std::string_view packed) : packed_(packed) {
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  bool ready() const { return ready_; }
  // Unpacks one chunk to the end of `bytes`; returns zlib's answer.
  int step(Growing& bytes) {
    const std::span<char> room = bytes.room(kChunk).first(kChunk);
    const std::size_t given = std::min(packed_.size() - in_, kLargestStep);
    stream_.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(packed_.data() + in_));
    stream_.avail_in = static_cast<uInt>(given);
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = static_cast<uInt>(room.size());
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    in_ += given - stream_.avail_in;
    bytes.commit(room.size() - stream_.avail_out);
    return answer;
  }
  // Gets ready for a stream that follows; false if what follows is none: padding, most often.
  bool next() {
    return packed_.substr(in_).starts_with("\x1f\x8b") && inflateReset(&stream_) == Z_OK;
  }
  std::size_t consumed() const { return in_; }
  std::string complaint() const {
    return stream_.msg == nullptr ? std::string() : " (" + std::string(stream_.msg) + ")";
  }

 private:
  static constexpr std::size_t kLargestStep = std::numeric_limits<uInt>::max();

  std::string_view packed_;
  std::size_t in_ = 0;
  z_stream stream_ = {};
  bool ready_ = false;
};

}  // namespace

Result<Expanded> inflate_gzip(std::string_view packed, Allowance& allowance) {
  Inflater inflater(packed);
  if (!inflater.ready()) return fail(Kind::io, "zlib does not start");
  Expanded all;
  for (;;) {
    const std::size_t before = all.bytes.size();
    const int answer = inflater.step(all.bytes);
    const std::size_t after = all.bytes.size();
    TRY(allowance.take(after - before, inflater.consumed(), after));
    if (answer == Z_STREAM_END && !inflater.next()) break;
    if (answer == Z_OK || answer == Z_STREAM_END) continue;
    all.trouble = answer == Z_BUF_ERROR ? "ends early" : "is damaged" + inflater.complaint();
    break;
  }
  if (all.bytes.size() == 0 && !all.trouble.empty()) return fail(Kind::damaged, all.trouble);
  all.bytes.trim();
  return all;
}

}  // namespace goknot::source
