// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/object_users.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace goknot::target {
namespace {

// Goroutines that wait for objects, each in one function.
class ObjectUsers : public testing::Test {
 protected:
  ObjectId object(ObjectKind kind = ObjectKind::mutex) {
    WaitObject& row = snapshot_.objects.emplace_back();
    row.kind = kind;
    row.identity = Identity::exact;
    row.address = 0x1000 * snapshot_.objects.size();
    return ObjectId(snapshot_.objects.size() - 1);
  }
  std::uint32_t goroutine(const std::string& function) {
    Frame frame;
    frame.function = snapshot_.strings.add(function);
    const FrameId frames[] = {snapshot_.stacks.add(frame)};
    snapshot_.goroutines.emplace_back().stack = snapshot_.stacks.add(frames);
    return static_cast<std::uint32_t>(snapshot_.goroutines.size() - 1);
  }
  void wait(ObjectId object) {
    snapshot_.waits.push_back({.goroutine = goroutine("main.f"), .object = object});
  }

  Snapshot snapshot_;
};

TEST_F(ObjectUsers, TheMostUsedObjectsComeFirst) {
  const ObjectId rare = object();
  const ObjectId common = object();
  wait(rare);
  wait(common);
  wait(common);

  const auto found = nameless_objects(snapshot_, 1);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().object, common);
  EXPECT_EQ(found.front().users, 2U);
}

TEST_F(ObjectUsers, WhatHasANameOrNoAddressIsLeftOut) {
  const ObjectId named = object();
  const ObjectId nowhere = object();
  snapshot_.objects[named.index()].name = snapshot_.strings.add("Hub.mu");
  snapshot_.objects[nowhere.index()].address.reset();
  wait(named);
  wait(nowhere);
  wait(object(ObjectKind::socket));

  EXPECT_TRUE(nameless_objects(snapshot_, 10).empty());
}

TEST_F(ObjectUsers, ReceiversAreThoseOfMethodsAndOfTheirClosures) {
  const auto of = [this](const std::string& function) {
    const auto found = receivers_of(snapshot_, goroutine(function));
    return found.empty() ? "none" : std::string(found.front().type);
  };

  EXPECT_EQ(of("example.com/node.(*Hub).Add"), "Hub");
  EXPECT_EQ(of("example.com/node.(*Hub).Add.func1"), "Hub");
  EXPECT_EQ(of("main.worker"), "none");
  EXPECT_EQ(of("sync.(*Mutex).Lock"), "none");
}

}  // namespace
}  // namespace goknot::target
