#include "adapters/routes/statement_text.h"

#include "fhir/base/base64.h"
#include "fhir/base/random.h"
#include "tests/support/hospital_fixture.h"

namespace statement_text_test {

namespace {

const char* const kXhtml = "application/xhtml+xml";
const char* const kPlain = "text/plain";

}  // namespace

TEST_CASE("words: a page is taken apart into the very words that went in", "[adapters]") {
    const std::string type = GENERATE(as<std::string>{}, "text/plain", "application/xhtml+xml");
    const std::string words =
        GENERATE(as<std::string>{}, "I want to see the sea.", "a < b & \"c\" > d",
                 "one\ntwo\n\nthree", "Ich möchte die Kraniche hören.", "أريد أن أرى البحر",
                 "海を見たい。", "----", "urn:uuid:00000000-0000-4000-8000-000000000000",
                 "<p id=\"words\">&amp;</p>", "a\n\n----\nb");
    auto statement = test::statementObservation(words);

    const auto page = adapters::wordsAsText(statement, type);
    const auto read = adapters::readWords(page, type);

    REQUIRE(read);
    CHECK(read->words == words);
    CHECK(read->identifier == test::kStatementUrn);
    CHECK(adapters::holdsWords(page, type, words));
    CHECK_FALSE(adapters::holdsWords(page, type, words + " and more"));
}

TEST_CASE("words: other people's pages are not taken for ours", "[adapters]") {
    for (const char* page :
         {"", "What matters to me", "urn:uuid:3f0c6f52", "What matters to me\n\nx",
          "A note. urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10"}) {
        CHECK(!adapters::readWords(page, kPlain));
        CHECK(!adapters::readWords(page, kXhtml));
    }
}

TEST_CASE("words: a page that was laid out anew still holds them", "[adapters]") {
    CHECK(adapters::holdsWords("{title}\r\n I want\r\nto  see the sea. ", kPlain,
                               "I want to see the sea."));
    CHECK(adapters::holdsWords("<div><b>I want</b><br>to see a &amp; b</div>", "text/html",
                               "I want to see a & b"));
    CHECK_FALSE(adapters::holdsWords("I do not want to see the sea.", kPlain, "I want to see"));
}

TEST_CASE("words: who said it, and how", "[adapters]") {
    auto statement = test::statementObservation();
    CHECK(adapters::saidBy(statement) == "Said by the patient, on 2026-03-10T09:30:00Z.");

    statement.performer = {{{}, "RelatedPerson", "Anna"}};
    statement.method = fhir::CodeableConcept{{}, "by phone"};

    CHECK(adapters::saidBy(statement) ==
          "Said by somebody who spoke for the patient (Anna), by phone, on 2026-03-10T09:30:00Z.");
}

TEST_CASE("words: who said it is read again as it was written", "[adapters]") {
    const std::string name = GENERATE(as<std::string>{}, "", "Anna", "Anna (her sister), on leave");
    const std::string method = GENERATE(as<std::string>{}, "", "by phone", "in person, on Sunday");
    auto statement = test::statementObservation();
    if (!name.empty()) statement.performer = {{{}, "RelatedPerson", name}};
    if (!method.empty()) statement.method = fhir::CodeableConcept{{}, method};
    fhir::Observation read;
    read.subject = statement.subject;

    adapters::readSaidBy(adapters::saidBy(statement), read);

    CHECK(adapters::saidBy(read) == adapters::saidBy(statement));
    CHECK(read.performer.front().resourceType() == (name.empty() ? "Patient" : "RelatedPerson"));
}

TEST_CASE("words: another sentence says nothing about who said it", "[adapters]") {
    for (const char* sentence : {"", ".", "Said by the patient", "Written by the ward clerk."}) {
        fhir::Observation read;
        adapters::readSaidBy(sentence, read);
        INFO(sentence);
        CHECK(read.performer.empty());
        CHECK_FALSE(read.effectiveDateTime);
    }
}

TEST_CASE("words: base64 is read as it was written, and nothing else", "[adapters]") {
    for (const std::string bytes : {"", "a", "ab", "abc", "\xff\xfe\xfb?", "Grüße"})
        CHECK(fhir::decodeBase64(fhir::base64(bytes)) == bytes);
    CHECK(fhir::decodeBase64("YWJj\r\nZA==") == "abcd");
    CHECK(!fhir::decodeBase64("a*b"));
}

}  // namespace statement_text_test
