// SPDX-License-Identifier: Apache-2.0
#include "goknot/target/type_names.h"

#include "tests/support/fake_types.h"
#include "tests/support/recorded_program.h"

#include <gtest/gtest.h>

#include <string>

namespace goknot::target {
namespace {

using testing_support::FakeTypes;
using testing_support::RecordedProgram;

// A recorded program beside which a test writes descriptions of types; its module says that its
// types are there.
class TypeNamesOf : public testing::TestWithParam<const char*> {
 protected:
  FunctionTable table() {
    Module module = recorded_.table().module();
    module.types = {FakeTypes::kBegin, FakeTypes::kEnd};
    return FunctionTable::read(memory_, layout_, module).value();
  }
  std::string name(Address type) {
    const FunctionTable tables[] = {table()};
    return TypeNames(memory_, layout_, tables).name(type);
  }
  // Where the name of a type is, behind its flags and length.
  Address text_of(Address type) {
    return FakeTypes::kBegin +
           memory_.read<std::uint32_t>(type + Address(layout_.type.str)).value();
  }

  RecordedProgram recorded_{GetParam()};
  testing_support::FakeMemory& memory_ = *recorded_.memory;
  const Layout& layout_ = recorded_.program.layout;
  FakeTypes types_{memory_, layout_.version};
};

// The length of a name has had two forms.
INSTANTIATE_TEST_SUITE_P(Releases, TypeNamesOf, testing::Values("go1.16", "go1.17", "go1.27"),
                         [](const auto& each) { return "go1_" + std::string(each.param + 4); });

TEST_P(TypeNamesOf, ATypeHasTheNameReflectionGivesIt) {
  EXPECT_EQ(name(types_.plain("main.Job", 8)), "main.Job");
}

TEST_P(TypeNamesOf, AStarThatIsOnlySharedIsTakenOff) {
  const Address type = types_.plain("*main.Job", 8);
  EXPECT_EQ(name(type), "*main.Job");

  memory_.put(type + Address(layout_.type.tflag), std::uint8_t{2});  // TFlagExtraStar
  EXPECT_EQ(name(type), "main.Job");
}

TEST_P(TypeNamesOf, TypesOutsideOfTheModuleHaveNone) {
  const Address type = types_.plain("main.Job", 8);

  EXPECT_EQ(name(0), "");
  EXPECT_EQ(name(FakeTypes::kBegin - 64), "");
  EXPECT_EQ(name(FakeTypes::kEnd), "");
  EXPECT_EQ(name(FakeTypes::kEnd - 8), "") << "not all of it is within";
  EXPECT_EQ(name(type), "main.Job");
}

TEST_P(TypeNamesOf, ANameThatLiesElsewhereIsNotRead) {
  const Address type = types_.plain("main.Job", 8);
  const Address place = type + Address(layout_.type.str);

  for (const std::int32_t offset : {0, -64, 0x10000, 0x7fffffff}) {
    memory_.put(place, offset);
    EXPECT_EQ(name(type), "") << offset;
  }
}

TEST_P(TypeNamesOf, AnAbsurdLengthIsNotBelieved) {
  const Address type = types_.plain("main.Job", 8);

  memory_.put(text_of(type) + 1, std::uint8_t{0xff}).put(text_of(type) + 2, std::uint8_t{0x7f});
  EXPECT_EQ(name(type), "");

  memory_.put(text_of(type) + 1, std::uint8_t{0}).put(text_of(type) + 2, std::uint8_t{0});
  EXPECT_EQ(name(type), "");
}

TEST_P(TypeNamesOf, EachIsReadOnce) {
  const Address type = types_.plain("main.Job", 8);
  const FunctionTable tables[] = {table()};
  TypeNames names(memory_, layout_, tables);
  EXPECT_EQ(names.name(type), "main.Job");

  memory_.put(type + Address(layout_.type.str), std::int32_t{0});

  EXPECT_EQ(names.name(type), "main.Job");
}

TEST_P(TypeNamesOf, NotMoreThanSoManyAreAsked) {
  const Address type = types_.plain("main.Job", 8);
  const FunctionTable tables[] = {table()};
  TypeNames names(memory_, layout_, tables);

  for (Address other = 1; other <= 5000; ++other) EXPECT_EQ(names.name(other), "");

  EXPECT_EQ(names.name(type), "");
}

}  // namespace
}  // namespace goknot::target
