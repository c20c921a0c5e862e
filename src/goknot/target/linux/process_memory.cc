// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/linux/process_memory.h"

#include "goknot/target/linux/proc_file.h"
#include "goknot/target/linux/refusal.h"
#include "goknot/target/linux/system.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <string>
#include <utility>

namespace goknot::target {

namespace {

constexpr std::size_t kMostPieces = 1024;  // linux include/uapi/linux/uio.h: UIO_MAXIOV
// After a bad piece the next calls are small, since each starts anew behind the next bad one.
constexpr std::size_t kFewPieces = 16;

// Whether a mapping's first byte can be read. Pages behind the end of a file cannot.
bool is_there(int file, const Region& region) {
  char byte = 0;
  return region.readable && !region.path.starts_with("[v") &&
         ::pread(file, &byte, 1, static_cast<off_t>(region.begin)) == 1;
}

// A byte that can be read as long as the program is there; none if nothing can.
std::optional<Address> find_probe(int file, std::span<const Mapping> mappings) {
  for (const Mapping& mapping : mappings) {
    if (is_there(file, mapping.region)) return mapping.region.begin;
  }
  return std::nullopt;
}

// Fills one byte by process_vm_readv; errno if that is refused.
SystemError probe(pid_t pid, Address address) {
  std::byte byte{};
  const iovec local{.iov_base = &byte, .iov_len = 1};
  const iovec remote{.iov_base = reinterpret_cast<void*>(address), .iov_len = 1};
  return ::process_vm_readv(pid, &local, 1, &remote, 1, 0) == 1 ? 0 : errno;
}

}  // namespace

ProcessMemory::ProcessMemory(pid_t pid, ScopedFd file, Way way, std::vector<Mapping> mappings,
                             Address probe)
    : pid_(pid), file_(std::move(file)), way_(way), mappings_(std::move(mappings)), probe_(probe) {
  regions_.reserve(mappings_.size());
  for (const Mapping& mapping : mappings_) regions_.push_back(mapping.region);
}

std::size_t ProcessMemory::read_vectored(Address address, std::span<std::byte> into) const {
  const iovec local{.iov_base = into.data(), .iov_len = into.size()};
  const iovec remote{.iov_base = reinterpret_cast<void*>(address), .iov_len = into.size()};
  const ssize_t count = ::process_vm_readv(pid_, &local, 1, &remote, 1, 0);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::size_t ProcessMemory::read_file(Address address, std::span<std::byte> into) const {
  if (address > static_cast<Address>(std::numeric_limits<off_t>::max())) return 0;
  const ssize_t count = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(address));
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

// A read may end at a page without rights; the file reads those, and the next round goes on behind
// it.
std::size_t ProcessMemory::read_some(Address address, std::span<std::byte> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const Address at = address + done;
    if (at < address) break;  // beyond the last address
    const std::span<std::byte> rest = into.subspan(done);
    std::size_t count = way_ == Way::vectored ? read_vectored(at, rest) : 0;
    if (count == 0) count = read_file(at, rest);
    if (count == 0) break;
    done += count;
  }
  return done;
}

// Reads pieces up to the first that cannot be read in this way; returns how many were read.
// process_vm_readv(2) tells only how many bytes it has copied in all, and stops at the first piece
// that it cannot copy whole; so pieces are counted off until the bytes are used up.
std::size_t ProcessMemory::read_batch(std::span<Piece> batch) const {
  std::array<iovec, kMostPieces> local;
  std::array<iovec, kMostPieces> remote;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::span<std::byte> into = batch[i].into;
    local[i] = {.iov_base = into.data(), .iov_len = into.size()};
    remote[i] = {.iov_base = reinterpret_cast<void*>(batch[i].address), .iov_len = into.size()};
  }
  const ssize_t count =
      ::process_vm_readv(pid_, local.data(), batch.size(), remote.data(), batch.size(), 0);
  std::size_t left = count > 0 ? static_cast<std::size_t>(count) : 0;
  std::size_t whole = 0;
  while (whole < batch.size() && batch[whole].into.size() <= left) {
    left -= batch[whole].into.size();
    batch[whole++].read = true;
  }
  return whole;
}

// The piece at which a batch ends is read alone, by the file if need be, and a new batch begins
// behind it.
void ProcessMemory::read_all(std::span<Piece> pieces) const {
  std::size_t most = kMostPieces;
  while (!pieces.empty()) {
    const std::span<Piece> batch = pieces.first(std::min(most, pieces.size()));
    const std::size_t done = way_ == Way::vectored ? read_batch(batch) : 0;
    pieces = pieces.subspan(done);
    most = std::min(most * 2, kMostPieces);
    if (done == batch.size()) continue;
    Piece& bad = pieces.front();
    bad.read = read(bad.address, bad.into);
    pieces = pieces.subspan(1);
    most = kFewPieces;
  }
}

bool ProcessMemory::alive() const {
  std::byte byte{};
  return read_file(probe_, std::span(&byte, 1)) == 1;
}

Result<std::unique_ptr<ProcessMemory>> open_process_memory(pid_t pid, ProcessMemory::Way way) {
  ScopedFd file(::open(System().of(pid, "mem").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return std::unexpected(refused(pid, errno));
  const auto text = read_proc_file(System().of(pid, "maps"));
  if (!text) return std::unexpected(refused(pid, text.error()));
  std::vector<Mapping> mappings = parse_maps(*text);
  const std::optional<Address> address = find_probe(file.get(), mappings);
  if (!address) return std::unexpected(refused(pid, ESRCH));
  if (way == ProcessMemory::Way::vectored && probe(pid, *address) != 0) {
    way = ProcessMemory::Way::file;
  }
  return std::make_unique<ProcessMemory>(pid, std::move(file), way, std::move(mappings), *address);
}

Result<std::unique_ptr<ProcessMemory>> open_process_memory(pid_t pid) {
  return open_process_memory(pid, ProcessMemory::Way::vectored);
}

}  // namespace goknot::target
