#include "fhir/http/inflater.h"

#include "fhir/base/error.h"
#include "tests/support/gzip.h"
#include "tests/support/thrown.h"

namespace inflater_test {

using fhir::ErrorKind;
using fhir::http::Inflater;
using test::gzip;
using test::thrown;

namespace {

/// What comes out of bytes given `step` at a time.
std::string inflated(const std::string& bytes, std::size_t step) {
    Inflater inflater;
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += step)
        inflater.give(std::string_view(bytes).substr(at, step),
                      [&](std::string_view part) { text += part; });
    CHECK(inflater.isComplete());
    return text;
}

}  // namespace

TEST_CASE("inflater: gives back what was compressed, however its bytes come", "[fhir]") {
    const std::size_t step = GENERATE(1u, 7u, 100'000u);
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "Señora " + std::to_string(i) + " ";

    CHECK(inflated(gzip(text), step) == text);
    CHECK(inflated(gzip(""), step).empty());
    CHECK(inflated(gzip("two ") + gzip("members"), step) == "two members");
}

TEST_CASE("inflater: a part that fills the room exactly leaves nothing behind", "[fhir]") {
    for (const std::size_t size : {65535u, 65536u, 65537u, 131072u})
        CHECK(inflated(gzip(std::string(size, 'x')), 100'000).size() == size);
}

TEST_CASE("inflater: nothing at all is complete, a part of a member is not", "[fhir]") {
    const auto bytes = gzip("hello");
    for (std::size_t length = 1; length < bytes.size(); ++length) {
        Inflater inflater;
        CHECK(inflater.isComplete());
        inflater.give(std::string_view(bytes).substr(0, length), [](std::string_view) {});
        INFO(length << " of " << bytes.size() << " bytes");
        CHECK_FALSE(inflater.isComplete());
    }
}

TEST_CASE("inflater: what is not gzip is refused", "[fhir]") {
    auto broken = gzip("hello, hello, hello");
    broken[broken.size() - 6] ^= 1;  // its checksum
    const std::string bytes = GENERATE_COPY(as<std::string>(), "{\"a\":1}", "\x1f\x8b\x07 and more",
                                            broken, gzip("hello") + "and more");

    CHECK(thrown([&] { inflated(bytes, 4096); }).kind() == ErrorKind::BadReply);
}

TEST_CASE("inflater: the sink can stop what unfolds to very much", "[fhir]") {
    const auto bomb = gzip(std::string(64 * 1024 * 1024, '\0'));
    REQUIRE(bomb.size() < 100'000);
    std::size_t most = 0, all = 0;

    const auto error = thrown([&] {
        Inflater().give(bomb, [&](std::string_view part) {
            most = std::max(most, part.size());
            all += part.size();
            if (all > 1'000'000) throw fhir::Error(ErrorKind::BadReply, "too much");
        });
    });

    CHECK(std::string(error.what()) == "too much");
    CHECK(most <= 64 * 1024);
    CHECK(all < 1'100'000);
}

}  // namespace inflater_test
