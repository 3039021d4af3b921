#include "fhir/base/line_splitter.h"

#include "fhir/base/error.h"
#include "tests/support/thrown.h"

namespace line_splitter_test {

using fhir::LineSplitter;

namespace {

/// The lines of a text given `step` bytes at a time, each with its number.
std::string lines(const std::string& text, std::size_t step, std::size_t lineBytesMax = 100) {
    std::string result;
    LineSplitter splitter(lineBytesMax, [&](std::string_view line, std::size_t number) {
        result += std::to_string(number) + ":" + std::string(line) + " ";
    });
    for (std::size_t at = 0; at < text.size(); at += step)
        splitter.give(std::string_view(text).substr(at, step));
    splitter.end();
    return result;
}

}  // namespace

TEST_CASE("line splitter: the same lines however the text comes", "[fhir]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"", ""},
        {"a", "1:a "},
        {"a\n", "1:a "},
        {"a\nbc\n", "1:a 2:bc "},
        {"a\r\nbc\r\nd", "1:a 2:bc 3:d "},
        {"\n\na\n\r\n\nb\n", "3:a 6:b "},
        {"\xEF\xBB\xBF"
         "a\nb",
         "1:a 2:b "},
        {"a\rb\n", "1:a\rb "},
    }));

    for (std::size_t step = 1; step <= text.size() + 1; ++step)
        CHECK(lines(text, step) == expected);
}

TEST_CASE("line splitter: a line that is too long is refused, and named by its number", "[fhir]") {
    const std::size_t step = GENERATE(1u, 3u, 1000u);

    CHECK(lines("0123456789\n0123456789", step, 10) == "1:0123456789 2:0123456789 ");
    const auto error = test::thrown([&] { lines("0\n0123456789A\n", step, 10); });
    CHECK(error.kind() == fhir::ErrorKind::BadReply);
    CHECK(std::string(error.what()) == "line 2 is longer than 10 bytes");
}

}  // namespace line_splitter_test
