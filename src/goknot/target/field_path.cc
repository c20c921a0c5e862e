// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/field_path.h"

#include <algorithm>
#include <ranges>
#include <vector>

namespace goknot::target {

namespace {

constexpr int kDeepest = 16;  // structs and arrays within each other; a ring ends here

// Whether this is the type of package sync that such objects are of. Since go1.24 sync.Mutex has an
// internal/sync.Mutex inside.
bool is_type_of(ObjectKind object, const TypeBytes& types, Address type) {
  if (types.package(type) != "sync") return false;
  const std::string name = types.name(type);
  switch (object) {
    case ObjectKind::mutex:
      return name == "sync.Mutex";
    case ObjectKind::rwmutex:
      return name == "sync.RWMutex";
    case ObjectKind::wait_group:
      return name == "sync.WaitGroup";
    case ObjectKind::cond:
      return name == "sync.Cond";
    case ObjectKind::once:
      return name == "sync.Once";
    default:
      return false;
  }
}

// A way into a struct, step by step.
// At each level an offset lies in one field, the one whose bytes hold it. In `struct{ n int; inner
// struct{ a int; mu sync.Mutex } }` offset 16 leads to inner (at 8, 8 are left) and in that to mu
// (at 8, nothing is left): "inner.mu".
class Descent {
 public:
  Descent(const TypeBytes& types, Address type, std::uint64_t offset)
      : types_(types), type_(type), offset_(offset) {}

  // Goes one step inwards; false where nothing lies at the offset.
  bool step() {
    switch (types_.kind(type_)) {
      case TypeKind::structure:
        return into_struct();
      case TypeKind::array:
        return into_array();
      default:
        return false;
    }
  }
  bool has_arrived(FieldKind wanted, ObjectKind object) const {
    if (offset_ != 0 || steps_.empty()) return false;
    if (wanted == FieldKind::value) return is_type_of(object, types_, type_);
    const TypeKind kind = types_.kind(type_);
    if (object == ObjectKind::channel) return kind == TypeKind::channel;
    return kind == TypeKind::pointer && is_type_of(object, types_, types_.element(type_));
  }
  // An embedded sync.Mutex at the end would be "hub.Mutex"; people say "hub".
  std::string path() const {
    auto last = steps_.size();
    while (last > 1 && steps_[last - 1].embedded) --last;
    std::string path;
    for (const Step& step : std::views::take(steps_, static_cast<std::ptrdiff_t>(last))) {
      if (!path.empty() && !step.text.starts_with('[')) path += '.';
      path += step.text;
    }
    return path;
  }

 private:
  struct Step {
    std::string text;  // "mu", "[3]"
    bool embedded = false;
  };

  bool into_struct() {
    const std::vector<TypeField> fields = types_.fields(type_);
    const auto found = std::ranges::find_if(fields, [this](const TypeField& field) {
      return field.offset <= offset_ && offset_ - field.offset < types_.size(field.type);
    });
    if (found == fields.end() || found->name.empty()) return false;
    steps_.push_back({found->name, found->embedded});
    offset_ -= found->offset;
    type_ = found->type;
    return true;
  }
  bool into_array() {
    const Address element = types_.element(type_);
    const std::uint64_t size = types_.size(element);
    if (size == 0) return false;
    steps_.push_back({"[" + std::to_string(offset_ / size) + "]", false});
    offset_ %= size;
    type_ = element;
    return true;
  }

  const TypeBytes& types_;
  Address type_;
  std::uint64_t offset_;
  std::vector<Step> steps_;
};

}  // namespace

std::optional<std::string> field_path(const TypeBytes& types, Address type, std::uint64_t offset,
                                      FieldKind wanted, ObjectKind object) {
  if (offset >= types.size(type)) return std::nullopt;
  Descent descent(types, type, offset);
  for (int depth = 0; depth < kDeepest; ++depth) {
    if (!descent.step()) return std::nullopt;
    if (descent.has_arrived(wanted, object)) return descent.path();
  }
  return std::nullopt;
}

}  // namespace goknot::target
