#include "fhir/base/random.h"
#include "fhir/base/base64.h"

#include <set>

namespace random_test {

TEST_CASE("random: a UUID is of version 4 and never the same", "[fhir]") {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const auto uuid = fhir::randomUuid();
        REQUIRE(fhir::isUuid(uuid));
        REQUIRE(uuid[14] == '4');
        REQUIRE(std::string("89ab").find(uuid[19]) != std::string::npos);
        REQUIRE(uuid.find_first_of("ABCDEF") == std::string::npos);
        REQUIRE(seen.insert(uuid).second);
    }
}

TEST_CASE("random: what is a UUID", "[fhir]") {
    const auto [text, expected] = GENERATE(table<std::string, bool>({
        {"00000000-0000-4000-8000-000000000000", true},
        {"ABCDEFab-cdef-0123-4567-89abcdefABCD", true},
        {"", false},
        {"00000000-0000-4000-8000-00000000000", false},
        {"00000000-0000-4000-8000-0000000000000", false},
        {"00000000_0000-4000-8000-000000000000", false},
        {"0000000--0000-4000-8000-000000000000", false},
        {"g0000000-0000-4000-8000-000000000000", false},
        {"{0000000-0000-4000-8000-00000000000}", false},
    }));

    CHECK(fhir::isUuid(text) == expected);
}

TEST_CASE("random: a token is base64url of as many bytes as asked for", "[fhir]") {
    const auto [bytes, length] = GENERATE(
        table<std::size_t, std::size_t>({{0, 0}, {1, 2}, {2, 3}, {3, 4}, {16, 22}, {32, 43}}));
    std::set<std::string> seen;

    for (int i = 0; i < 200; ++i) {
        const auto token = fhir::randomToken(bytes);
        REQUIRE(token.size() == length);
        REQUIRE(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                        "0123456789-_") == std::string::npos);
        seen.insert(token);
    }

    if (bytes >= 16) CHECK(seen.size() == 200);
}

TEST_CASE("random: base64 as in RFC 4648, section 10", "[fhir]") {
    const auto [bytes, text] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xFB\xFF\xFE", "+//+"},
    }));

    CHECK(fhir::base64(bytes) == text);
}

}  // namespace random_test
