// SPDX-License-Identifier: Apache-2.0
#include "goknot/source/unpack.h"

#include "goknot/base/text.h"
#include "goknot/source/archive.h"
#include "goknot/source/containers.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace goknot::source {

namespace {

// "the gzip stream is damaged": a complaint about a container.
std::string about(const Container& container, std::string_view trouble) {
  const bool stream = container.kind == ContainerKind::stream;
  return fmt::format("the {} {} {}", container.name, stream ? "stream" : "archive", trouble);
}

Gap rest_is_missing(const Member& member, std::string what) {
  return {.where = member.name, .what = std::move(what), .hides = "what came after that place"};
}

// Takes one input apart, layer by layer.
//     dumps.zip            archive: its members go by their own names
//       a/hang.txt.gz      stream: the member keeps its name
//         a/hang.txt.gz    a text: a member of the result
// What cannot be had becomes a gap, and the rest is still read; only an input with nothing in it is
// an error. The allowance is one for the whole input, against bombs.
class Unpacker {
 public:
  Unpacker(const UnpackLimits& limits, std::size_t packed) : allowance_(limits, packed) {}

  // Everything in the input, or why there is nothing.
  Result<Unpacked> run(const std::string& name, Buffer bytes) &&;

 private:
  std::string_view keep(Buffer bytes);
  void open(Member member);
  void open_stream(const Container& container, Member member);
  void open_archive(const Container& container, const Member& member);
  void open_entry(const Container& container, const Member& archive, Entry entry);
  std::string path_of(const Member& archive, std::string_view name) const;
  void give_up(const Member& member, Kind kind, std::string what);

  Allowance allowance_;
  Unpacked result_;
  std::optional<Error> first_;
};

Result<Unpacked> Unpacker::run(const std::string& name, Buffer bytes) && {
  const std::string_view all = keep(std::move(bytes));
  open({.name = name, .bytes = all, .wrapped_in = {}, .gaps = {}});
  if (!result_.members.empty()) return std::move(result_);
  if (first_) return std::unexpected(*std::move(first_));
  return fail(Kind::damaged, name + ": an archive without files");
}

std::string_view Unpacker::keep(Buffer bytes) {
  result_.texts.push_back(std::make_unique<const Buffer>(std::move(bytes)));
  return result_.texts.back()->view();
}

// What a member is made of, down to what is packed in nothing.
void Unpacker::open(Member member) {
  const Container* container = find_container(member.bytes);
  if (container == nullptr) {
    result_.members.push_back(std::move(member));
    return;
  }
  const std::size_t depth = allowance_.limits().depth;
  if (member.wrapped_in.size() >= depth) {
    return give_up(member, Kind::unsupported, fmt::format("is packed more than {} times", depth));
  }
  if (container->kind == ContainerKind::stream) return open_stream(*container, std::move(member));
  open_archive(*container, member);
}

void Unpacker::open_stream(const Container& container, Member member) {
  auto expanded = expand(container, member.bytes, allowance_);
  if (!expanded) {
    return give_up(member, expanded.error().kind, about(container, expanded.error().message));
  }
  if (!expanded->trouble.empty()) {
    member.gaps.push_back(rest_is_missing(member, about(container, expanded->trouble)));
  }
  member.bytes = keep(Buffer(std::move(expanded->bytes)));
  member.wrapped_in.emplace_back(container.name);
  open(std::move(member));
}

void Unpacker::open_archive(const Container& container, const Member& member) {
  auto archive = Archive::open(container, member.bytes, allowance_);
  if (!archive) {
    return give_up(member, archive.error().kind, about(container, archive.error().message));
  }
  while (!allowance_.spent()) {
    auto entry = archive->next();
    if (!entry) {
      return give_up(member, entry.error().kind, about(container, entry.error().message));
    }
    if (!entry->has_value()) return;
    open_entry(container, member, **std::move(entry));
  }
}

void Unpacker::open_entry(const Container& container, const Member& archive, Entry entry) {
  Member member{.name = path_of(archive, entry.name),
                .bytes = entry.in_place,
                .wrapped_in = archive.wrapped_in,
                .gaps = archive.gaps};
  if (entry.copied.size() > 0) {
    entry.copied.trim();
    member.bytes = keep(Buffer(std::move(entry.copied)));
  }
  if (!entry.trouble.empty()) {
    if (member.bytes.empty()) return give_up(member, Kind::damaged, entry.trouble);
    member.gaps.push_back(rest_is_missing(member, entry.trouble));
  }
  member.wrapped_in.emplace_back(container.name);
  open(std::move(member));
}

// Entries of the outermost archive go by their own name, those of inner ones by both.
std::string Unpacker::path_of(const Member& archive, std::string_view name) const {
  const bool outermost = std::ranges::none_of(archive.wrapped_in, is_archive);
  const std::string path = outermost ? std::string(name) : fmt::format("{}/{}", archive.name, name);
  return shortened(visible(path), allowance_.limits().name_columns, Cut::middle);
}

// Notes that a member cannot be had.
void Unpacker::give_up(const Member& member, Kind kind, std::string what) {
  if (!first_) first_ = Error{kind, member.name + ": " + what, {}};
  result_.gaps.push_back({.where = member.name, .what = std::move(what), .hides = "what is in it"});
}

}  // namespace

Result<Unpacked> unpack(const std::string& name, Buffer bytes, const UnpackLimits& limits) {
  const std::size_t packed = bytes.view().size();
  return Unpacker(limits, packed).run(name, std::move(bytes));
}

}  // namespace goknot::source
