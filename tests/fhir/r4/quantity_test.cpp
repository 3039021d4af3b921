#include "fhir/r4/quantity.h"

#include "tests/support/resource.h"

namespace quantity_test {

using fhir::Decimal;
using fhir::Quantity;
using test::read;

TEST_CASE("decimal: keeps the digits that it was written in", "[fhir]") {
    const std::string text = GENERATE(as<std::string>(), "1.10", "0", "-0.0", "37.500", "1e2",
                                      "1.0E-7", "123456789012345678901234567890.5", "-12.50");

    CHECK(Decimal::parse(text).text() == text);
    CHECK(read<Quantity>("{\"value\":" + text + "}").value->text() == text);
    CHECK(toJsonText(read<Quantity>("{\"value\":" + text + "}")) == "{\"value\":" + text + "}");
}

TEST_CASE("decimal: what JSON does not take for a number is refused", "[fhir]") {
    const std::string text =
        GENERATE(as<std::string>(), "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "1,5", "0x1",
                 "NaN", "Infinity", " 1", "1 ", "1}", "--1", std::string(65, '1'));

    CHECK(test::thrown([&] { Decimal::parse(text); }).kind() == fhir::ErrorKind::InvalidInput);
}

TEST_CASE("quantity: a full one is read and written the same again", "[fhir]") {
    const std::string text =
        R"({"value":1.50,"comparator":"<","unit":"km","system":"http://unitsofmeasure.org",)"
        R"("code":"km"})";

    const auto quantity = read<Quantity>(text);

    CHECK(quantity.value->text() == "1.50");
    CHECK(quantity.comparator == "<");
    CHECK(quantity.unit == "km");
    CHECK(quantity.system == "http://unitsofmeasure.org");
    CHECK(quantity.code == "km");
    CHECK(toJsonText(quantity) == text);
}

TEST_CASE("quantity: an element of the wrong type is named by its path", "[fhir]") {
    test::checkWrongTypes<Quantity>("{\"id\":\"x\"}", {{R"("value":"1.5")", "/value"},
                                                       {R"("comparator":1)", "/comparator"},
                                                       {R"("unit":[])", "/unit"},
                                                       {R"("system":{})", "/system"},
                                                       {R"("code":2)", "/code"}});
}

}  // namespace quantity_test
