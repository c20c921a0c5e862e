// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/archive.h"

#include "goknot/base/text.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <utility>

namespace goknot::source {

namespace {

// What libarchive has to be told to read one kind of container and nothing else: left to itself it
// would start foreign programs for rare ones.
struct Support {
  std::string_view name;
  int (*container)(archive*);
  int (*content)(archive*);
};

constexpr Support kSupport[] = {
#define STREAM(name, summary, offset, mark) \
  {#name, archive_read_support_filter_##name, archive_read_support_format_raw},
#define ARCHIVE(name, summary, offset, mark) \
  {#name, archive_read_support_filter_none, archive_read_support_format_##name},
#include "goknot/source/containers.def"
#undef STREAM
#undef ARCHIVE
};

void support(archive* handle, const Container& container) {
  const auto* found = std::ranges::find(kSupport, container.name, &Support::name);
  found->container(handle);
  found->content(handle);
  // A compressed stream of nothing is no "raw" file.
  if (container.kind == ContainerKind::stream) archive_read_support_format_empty(handle);
}

std::string name_of(archive_entry* entry) {
  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  return name == nullptr ? std::string("a file without a name") : std::string(name);
}

}  // namespace

void CloseArchive::operator()(struct archive* handle) const { archive_read_free(handle); }

Archive::Archive(struct archive* handle, std::string_view bytes, Allowance& allowance)
    : handle_(handle), bytes_(bytes), allowance_(&allowance) {}

Result<Archive> Archive::open(const Container& container, std::string_view bytes,
                              Allowance& allowance) {
  Archive opened(archive_read_new(), bytes, allowance);
  archive* const handle = opened.handle_.get();
  if (handle == nullptr) return fail(Kind::io, "libarchive does not start");
  support(handle, container);
  const int answer = archive_read_open_memory(handle, bytes.data(), bytes.size());
  if (answer < ARCHIVE_WARN) return fail(Kind::damaged, "is damaged" + opened.complaint());
  return opened;
}

// Directories, links and devices are passed over; each counts against the allowance, so that an
// archive of a million empty entries ends, too.
Result<std::optional<Entry>> Archive::next() {
  for (;;) {
    archive_entry* about = nullptr;
    const int answer = archive_read_next_header(handle_.get(), &about);
    if (answer == ARCHIVE_EOF) return std::nullopt;
    if (answer < ARCHIVE_WARN && answer != ARCHIVE_RETRY) {
      return fail(Kind::damaged, "is damaged" + complaint());
    }
    TRY(allowance_->take_member());
    if (answer == ARCHIVE_RETRY || archive_entry_filetype(about) != AE_IFREG) continue;
    return TRY(read_content(name_of(about)));
  }
}

Result<Entry> Archive::read_content(std::string name) {
  Entry entry{.name = std::move(name), .in_place = {}, .copied = {}, .trouble = {}};
  for (;;) {
    const void* data = nullptr;
    std::size_t size = 0;
    std::int64_t offset = 0;
    const int answer = archive_read_data_block(handle_.get(), &data, &size, &offset);
    if (answer == ARCHIVE_EOF) return entry;
    if (answer < ARCHIVE_WARN) {
      entry.trouble = "is damaged or ends early" + complaint();
      return entry;
    }
    if (size == 0) continue;
    const std::string_view block(static_cast<const char*>(data), size);
    const std::size_t have = entry.in_place.size() + entry.copied.size();
    if (!std::in_range<std::size_t>(offset) || static_cast<std::size_t>(offset) != have) {
      entry.trouble = "has holes";
      return entry;
    }
    TRY(take(size, entry));
    if (is_in_place(entry, block, offset)) {
      entry.in_place = {bytes_.data() + (block.data() - bytes_.data()) - offset, have + size};
      continue;
    }
    entry.copied.append(std::exchange(entry.in_place, {}));
    entry.copied.append(block);
  }
}

Result<Unit> Archive::take(std::size_t size, const Entry& entry) {
  const auto in = static_cast<std::uint64_t>(archive_filter_bytes(handle_.get(), -1));
  return allowance_->take(size, in, entry.copied.size() + size);
}

// A member that is stored without compression lies in the archive as it is, and libarchive may hand
// out pointers into the bytes it was given. Such a member is a view; nothing is copied.
bool Archive::is_in_place(const Entry& entry, std::string_view block, std::int64_t offset) const {
  const std::less<> before;
  const bool inside = !before(block.data(), bytes_.data()) &&
                      !before(bytes_.data() + bytes_.size(), block.data() + block.size());
  if (!inside || entry.copied.size() > 0) return false;
  return offset == 0 || entry.in_place.data() + offset == block.data();
}

std::string Archive::complaint() const {
  const char* said = archive_error_string(handle_.get());
  return said == nullptr ? std::string() : " (" + visible(said) + ")";
}

bool Archive::is_filtered() const { return archive_filter_count(handle_.get()) > 1; }

Result<std::string> pass_through(const Container& container, std::string_view packed,
                                 const TakePiece& take) {
  const std::unique_ptr<struct archive, CloseArchive> handle(archive_read_new());
  if (!handle) return fail(Kind::io, "libarchive does not start");
  support(handle.get(), container);
  archive_entry* about = nullptr;
  if (archive_read_open_memory(handle.get(), packed.data(), packed.size()) < ARCHIVE_WARN ||
      archive_read_next_header(handle.get(), &about) < ARCHIVE_WARN) {
    return fail(Kind::damaged, "is damaged");
  }
  for (bool first = true;; first = false) {
    const void* data = nullptr;
    std::size_t size = 0;
    std::int64_t offset = 0;
    const int answer = archive_read_data_block(handle.get(), &data, &size, &offset);
    if (answer == ARCHIVE_EOF) return std::string();
    if (answer < ARCHIVE_WARN && first) return fail(Kind::damaged, "is damaged or ends early");
    if (answer < ARCHIVE_WARN) return std::string("is damaged or ends early");
    TRY(take({static_cast<const char*>(data), size}));
  }
}

Result<Expanded> expand(const Container& container, std::string_view packed, Allowance& allowance) {
  if (container.name == "gzip") return inflate_gzip(packed, allowance);
  Archive archive = TRY(Archive::open(container, packed, allowance));
  std::optional<Entry> content = TRY(archive.next());
  // Too short for its filter, the stream comes out as it went in.
  if (!archive.is_filtered()) return fail(Kind::damaged, "ends early");
  if (!content) return Expanded{};
  if (content->copied.size() == 0 && !content->trouble.empty()) {
    return fail(Kind::damaged, content->trouble);
  }
  content->copied.append(content->in_place);
  content->copied.trim();
  return Expanded{.bytes = std::move(content->copied), .trouble = std::move(content->trouble)};
}

}  // namespace goknot::source
