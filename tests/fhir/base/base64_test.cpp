#include "fhir/base/base64.h"

namespace base64_test {

TEST_CASE("base64url: both ways, as in RFC 4648, section 10, without padding", "[fhir]") {
    const auto [bytes, text] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"f", "Zg"},
        {"fo", "Zm8"},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg"},
        {"fooba", "Zm9vYmE"},
        {"foobar", "Zm9vYmFy"},
        {"\xFB\xFF\xFE", "-__-"},
        {std::string("\0\0\0", 3), "AAAA"},
    }));

    CHECK(fhir::base64url(bytes) == text);
    CHECK(fhir::decodeBase64url(text) == bytes);
}

TEST_CASE("base64url: what is none, or could be written otherwise, has no bytes", "[fhir]") {
    const std::string text =
        GENERATE("A", "AAAAA", "Zg==", "Zm8=", "+//+", "Zm 9", "Zm9v\n", "Zh", "Zm9", "\xC3\xA4");

    CHECK(fhir::decodeBase64url(text) == std::nullopt);
}

}  // namespace base64_test
