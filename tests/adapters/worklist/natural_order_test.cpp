#include "adapters/worklist/natural_order.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace natural_order_test {

using adapters::naturalLess;

TEST_CASE("natural order: numbers in names count as numbers", "[adapters]") {
    std::vector<std::string> names{"Bed 10",
                                   "bed 2",
                                   "Bed 1",
                                   "Bed",
                                   "Bed 10 A",
                                   "Zimmer 3",
                                   "Bed 99999999999999999999999",
                                   "Ärztezimmer",
                                   "Bed 010"};

    std::stable_sort(names.begin(), names.end(), naturalLess);

    CHECK(names == std::vector<std::string>{"Bed", "Bed 1", "bed 2", "Bed 10", "Bed 010",
                                            "Bed 10 A", "Bed 99999999999999999999999", "Zimmer 3",
                                            "Ärztezimmer"});
}

TEST_CASE("natural order: it is a strict weak order", "[adapters]") {
    const std::vector<std::string> names{"",   "0", "00", "a", "A",  "a0", "a00b", "a0b",
                                         "a1", "b", "1a", "1", "01", "ż",  "zz"};
    for (const auto& a : names)
        for (const auto& b : names) {
            CHECK_FALSE((naturalLess(a, b) && naturalLess(b, a)));
            for (const auto& c : names)
                if (naturalLess(a, b) && naturalLess(b, c)) CHECK(naturalLess(a, c));
        }
}

}  // namespace natural_order_test
