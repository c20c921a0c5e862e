// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/object_table.h"

namespace goknot::target {

ObjectId ObjectTable::add(Address address, ObjectKind kind) {
  const auto [entry, added] =
      rows_.try_emplace({address, kind}, ObjectId(snapshot_.objects.size()));
  if (added) {
    WaitObject& object = snapshot_.objects.emplace_back();
    object.kind = kind;
    object.identity = Identity::exact;
    object.address = address;
  }
  return entry->second;
}

void ObjectTable::add_part(ObjectId object, Address address, ObjectKind kind) {
  rows_.try_emplace({address, kind}, object);
}

ObjectId ObjectTable::find(Address address, ObjectKind kind) const {
  const auto found = rows_.find({address, kind});
  return found == rows_.end() ? ObjectId() : found->second;
}

ObjectState& ObjectTable::state(ObjectId object) {
  WaitObject& row = snapshot_.objects[object.index()];
  if (row.state == WaitObject::kNoState) {
    row.state = static_cast<std::uint32_t>(snapshot_.object_states.size());
    snapshot_.object_states.emplace_back();
  }
  return snapshot_.object_states[row.state];
}

}  // namespace goknot::target
