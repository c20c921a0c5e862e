// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pack.h"

#include "goknot/base/assert.h"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace goknot::testing_support {

namespace {

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;

la_ssize_t append(archive* /*writer*/, void* to, const void* bytes, std::size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

void add(archive* writer, const std::string& name, std::string_view text) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, name.c_str());
  archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  GOKNOT_ASSERT(archive_write_header(writer, entry) >= ARCHIVE_WARN);
  archive_write_data(writer, text.data(), text.size());
  archive_entry_free(entry);
}

}  // namespace

std::string packed_stream(std::string_view filter, std::string_view text) {
  std::string out;
  const Writer writer(archive_write_new(), archive_write_free);
  GOKNOT_ASSERT(archive_write_add_filter_by_name(writer.get(), std::string(filter).c_str()) ==
                ARCHIVE_OK);
  archive_write_set_format_raw(writer.get());
  archive_write_set_bytes_per_block(writer.get(), 0);
  archive_write_open(writer.get(), &out, nullptr, append, nullptr);
  add(writer.get(), "data", text);
  archive_write_close(writer.get());
  return out;
}

std::string packed_archive(std::string_view format, const Files& files) {
  std::string out;
  const Writer writer(archive_write_new(), archive_write_free);
  const std::string name = format == "tar" ? "pax" : std::string(format);
  GOKNOT_ASSERT(archive_write_set_format_by_name(writer.get(), name.c_str()) == ARCHIVE_OK);
  archive_write_open(writer.get(), &out, nullptr, append, nullptr);
  for (const auto& [file, text] : files) add(writer.get(), file, text);
  archive_write_close(writer.get());
  return out;
}

}  // namespace goknot::testing_support
