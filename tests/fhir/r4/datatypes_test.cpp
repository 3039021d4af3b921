#include "fhir/r4/datatypes.h"

#include "fhir/base/error.h"
#include "tests/support/resource.h"

namespace datatypes_test {

using fhir::CodeableConcept;
using fhir::DateTime;
using fhir::HumanName;
using fhir::Period;
using fhir::Reference;
using fhir::json::Document;
using test::read;
using test::thrown;

namespace {

template <class T>
std::vector<T> readAll(const std::string& text) {
    const auto document = Document::parse("{\"all\":" + text + "}");
    return fhir::json::strict().all<T>(document.root(), "all");
}

template <class T>
void checkCopy(const std::string& text) {
    CHECK(fhir::toJsonText(read<T>(text)) == text);
}

template <class T>
std::string pathOf(const std::string& text) {
    return thrown([&] { read<T>(text); }).path();
}

}  // namespace

TEST_CASE("names: the one to call a person by", "[fhir]") {
    const auto [names, expected] = GENERATE(table<std::string, std::string>({
        {R"([])", ""},
        {R"([{"text":"Nana Yaa Test"}])", "Nana Yaa Test"},
        {R"([{"family":"Ōtest","given":["Haruki"]}])", "Haruki Ōtest"},
        {R"([{"given":["Ada","Beatrice"],"family":"Muster","prefix":["Dr."],"suffix":["PhD"]}])",
         "Dr. Ada Beatrice Muster PhD"},
        {R"([{"given":["Suharto"]}])", "Suharto"},
        {R"([{"family":"Only"}])", "Only"},
        {R"([{"text":"اختبار نور","family":"Test"}])", "اختبار نور"},
        {R"([{"use":"official","text":"Official"},{"use":"usual","text":"Usual"}])", "Usual"},
        {R"([{"use":"nickname","text":"Nick"},{"use":"official","text":"Official"}])", "Official"},
        {R"([{"use":"nickname","text":"Nick"},{"text":"Plain"}])", "Plain"},
        {R"([{"use":"temp","text":"Temporary"},{"use":"nickname","text":"Nick"}])", "Nick"},
        {R"([{"use":"old","text":"Before"},{"use":"temp","text":"Temporary"}])", "Temporary"},
        {R"([{"use":"maiden","text":"Before"},{"use":"anonymous","text":"Anon"}])", "Anon"},
        {R"([{"use":"old","text":"Before"}])", ""},
        {R"([{"use":"maiden","text":"Before"},{"use":"old","text":"Long before"}])", ""},
        {R"([{"use":"usual"},{"use":"official","text":"Official"}])", "Official"},
        {R"([{"use":"usual","text":""},{"use":"official","family":"Official"}])", "Official"},
        {R"([{"use":"usual","text":"First"},{"use":"usual","text":"Second"}])", "First"},
        {R"([{"given":[null,"Kim"],"family":"Test"}])", "Kim Test"},
    }));

    CHECK(displayName(readAll<HumanName>(names), {}) == expected);
}

TEST_CASE("human name: the one to call a person by is theirs now", "[fhir]") {
    const auto name = [](const std::string& text, const std::string& use, const std::string& start,
                         const std::string& end) {
        const auto member = [](const char* key, const std::string& value) {
            return value.empty() ? "" : "\"" + std::string(key) + "\":\"" + value + "\",";
        };
        return "{" + member("use", use) + R"("period":{)" + member("start", start) +
               (end.empty() ? R"("id":"1")" : R"("end":")" + end + "\"") + R"(},"text":")" + text +
               "\"}";
    };
    const auto over = name("Over", "", "2010", "2019-01-01");
    const auto [names, expected] = GENERATE_COPY(table<std::string, std::string>({
        {over + "," + name("Now", "", "2019-01-01", ""), "Now"},
        {name("Over", "usual", "", "2019") + "," + name("Now", "nickname", "", ""), "Now"},
        {name("Over", "official", "", "2019") + R"(,{"use":"official","text":"Now"})", "Now"},
        {name("Now", "", "2019", "9999-12-31") + "," + name("Later", "", "2030", ""), "Now"},
        {name("First", "official", "2010", "") + "," + name("Then", "official", "2019", ""),
         "Then"},
        {name("Then", "official", "2019", "") + "," + name("First", "official", "2010", ""),
         "Then"},
        {name("Legal", "official", "2025", "") + "," + name("Used", "usual", "2010", ""), "Used"},
        {name("Ends today", "", "", "2026-03-10") + "," + over, "Ends today"},
        {over + "," + name("Last", "nickname", "2015", "2020"), "Last"},  // rather than nothing
        {name("Later", "", "2030", "") + "," + over, "Over"},
        {name("Later", "", "2030", ""), "Later"},
        {name("Before", "old", "", "") + "," + over, "Over"},
        {name("Before", "old", "", "2020") + "," + name("Born", "maiden", "", "2010"), ""},
    }));
    INFO(names);

    CHECK(displayName(readAll<HumanName>("[" + names + "]"),
                      DateTime::parse("2026-03-10T10:00:00Z").earliest()) == expected);
}

TEST_CASE("period: covers from its beginning to its end, a day of any zone", "[fhir]") {
    const auto [period, expected] = GENERATE(table<std::string, bool>({
        {R"({})", true},
        {R"({"start":"2026-03-10"})", true},
        {R"({"start":"2026-03-11"})", true},  // it is that day already in the east
        {R"({"start":"2026-03-12"})", false},
        {R"({"start":"2026-03-10T12:04:00Z"})", true},  // clocks differ
        {R"({"start":"2026-03-10T12:06:00Z"})", false},
        {R"({"end":"2026-03-10"})", true},
        {R"({"end":"2026-03-09"})", false},
        {R"({"start":"1000","end":"9999-12-31"})", true},
        {R"({"start":"9999"})", false},
    }));

    CHECK(Period::fromJson(Document::parse(period).root())
              .covers(DateTime::parse("2026-03-10T12:00:00Z").earliest()) == expected);
}

TEST_CASE("reference: type and id are told from every form", "[fhir]") {
    const auto [text, relative, type] = GENERATE(table<std::string, std::string, std::string>({
        {"Patient/1", "Patient/1", "Patient"},
        {"Patient/1/_history/7", "Patient/1", "Patient"},
        {"https://ehr.example/fhir/Patient/1", "Patient/1", "Patient"},
        {"https://ehr.example/fhir/Patient/1/_history/7", "Patient/1", "Patient"},
        {"/Patient/1", "Patient/1", "Patient"},
        {"http://ehr.example/_history/fhir/Patient/1", "Patient/1", "Patient"},
        {"urn:uuid:6d5b1b58-2a4c-4a2a-9d11-1f1c5c3f0001",
         "urn:uuid:6d5b1b58-2a4c-4a2a-9d11-1f1c5c3f0001", ""},
        {"#room-1", "#room-1", ""},
        {"#", "#", ""},
        {"https://ehr.example", "https://ehr.example", ""},
        {"https://ehr.example/", "https://ehr.example/", ""},
        {"https://ehr.example/fhir/Patient?identifier=1",
         "https://ehr.example/fhir/Patient?identifier=1", ""},
        {"Patient/", "Patient/", ""},
        {"Patient/two words", "Patient/two words", ""},
        {"patient/1", "patient/1", ""},
        {"1", "1", ""},
        {"", "", ""},
    }));

    const Reference reference{text, {}, {}};

    CHECK(reference.relative() == relative);
    CHECK(reference.resourceType() == type);
}

TEST_CASE("reference: says its type itself where the text does not", "[fhir]") {
    CHECK(Reference{"#room-1", "Location", {}}.resourceType() == "Location");
    CHECK(Reference{{}, "Patient", {}}.resourceType() == "Patient");
    CHECK(Reference{"Patient/1", "Practitioner", {}}.resourceType() == "Patient");
    CHECK(Reference{}.resourceType().empty());
    CHECK(Reference{}.relative().empty());
}

TEST_CASE("reference: Type/id is split and both halves are checked", "[fhir]") {
    const auto parts = fhir::parseReference("Observation/a-1.B");
    REQUIRE(parts);
    CHECK(parts->type == "Observation");
    CHECK(parts->id == "a-1.B");
    CHECK(parts->text() == "Observation/a-1.B");
    const std::string text = GENERATE("", "/", "Patient", "Patient/", "/1", "patient/1", "Pat1/1",
                                      "Patient/1/2", "Patient/a:b", "Patient/é", "Patient/a b",
                                      "Patient/../x", "https://ehr.example/Patient/1");

    CHECK_FALSE(fhir::parseReference(text));
}

TEST_CASE("id: what may be one", "[fhir]") {
    CHECK(fhir::isId("a"));
    CHECK(fhir::isId("A-1.z"));
    CHECK(fhir::isId(std::string(64, 'x')));
    // Of others: Epic's are longer than 64 characters, and some EHRs write "_".
    CHECK(fhir::isId("e" + std::string(69, 'X')));
    CHECK(fhir::isId(std::string(255, 'x')));
    CHECK(fhir::isId("CSN_123"));
    const std::string text =
        GENERATE(std::string(""), std::string(256, 'x'), std::string("a:b"), std::string("a/b"),
                 std::string("é"), std::string("a b"), std::string("a\n"), std::string("a?b"),
                 std::string("%2e"), std::string("a\0b", 3));

    CHECK_FALSE(fhir::isId(text));
}

TEST_CASE("concept: is read as a person should read it", "[fhir]") {
    const auto [text, label] = GENERATE(table<std::string, std::string>({
        {R"({"text":"Said","coding":[{"display":"Shown","code":"c"}]})", "Said"},
        {R"({"coding":[{"code":"c"},{"display":"Shown"}]})", "Shown"},
        {R"({"coding":[{"system":"s"},{"code":"c"}]})", "c"},
        {R"({"coding":[null]})", ""},
        {R"({})", ""},
    }));
    if (text.find("null") != std::string::npos) {
        CHECK(thrown([&, &text = text] { read<CodeableConcept>(text); }).path() == "/coding/0");
        return;
    }

    CHECK(read<CodeableConcept>(text).label() == label);
}

TEST_CASE("concept: has a code of a system, both exactly", "[fhir]") {
    const auto one =
        read<CodeableConcept>(R"({"coding":[{"system":"s","code":"c"},{"code":"bare"}]})");

    CHECK(one.has("s", "c"));
    CHECK_FALSE(one.has("s", "C"));
    CHECK_FALSE(one.has("", "bare"));
    CHECK_FALSE(one.has("s", "bare"));
}

TEST_CASE("datatypes: what is read is written again", "[fhir]") {
    checkCopy<fhir::Coding>(R"({"system":"s","code":"c","display":"d"})");
    checkCopy<fhir::CodeableConcept>(R"({"coding":[{"code":"c"}],"text":"t"})");
    checkCopy<fhir::Identifier>(R"({"use":"official","system":"s","value":"v"})");
    checkCopy<fhir::Reference>(R"({"reference":"Patient/1","type":"Patient","display":"d"})");
    checkCopy<fhir::Period>(R"({"start":"2026","end":"2026-03-07T08:15:00.500+01:00"})");
    checkCopy<fhir::HumanName>(
        R"({"use":"usual","text":"t","family":"f","given":["a","b"],"prefix":["p"],)"
        R"("suffix":["s"]})");
    checkCopy<fhir::Meta>(
        R"({"versionId":"1","lastUpdated":"2026-03-07T08:15:00Z","profile":["p"],)"
        R"("security":[{"code":"R"}],"tag":[{"code":"t"}]})");
    checkCopy<fhir::Annotation>(R"({"text":"t"})");
}

TEST_CASE("datatypes: an element of the wrong type is named by its path", "[fhir]") {
    CHECK(pathOf<fhir::Coding>(R"({"system":1})") == "/system");
    CHECK(pathOf<fhir::Coding>(R"({"display":{}})") == "/display");
    CHECK(pathOf<fhir::CodeableConcept>(R"({"coding":{}})") == "/coding");
    CHECK(pathOf<fhir::CodeableConcept>(R"({"coding":["c"]})") == "/coding/0");
    CHECK(pathOf<fhir::CodeableConcept>(R"({"text":[]})") == "/text");
    CHECK(pathOf<fhir::Identifier>(R"({"value":7})") == "/value");
    CHECK(pathOf<fhir::Reference>(R"("Patient/1")").empty());
    CHECK(pathOf<fhir::Reference>(R"({"reference":{}})") == "/reference");
    CHECK(pathOf<fhir::Period>(R"({"start":"tomorrow"})") == "/start");
    CHECK(pathOf<fhir::Period>(R"({"end":2026})") == "/end");
    CHECK(pathOf<fhir::HumanName>(R"({"given":"Kim"})") == "/given");
    CHECK(pathOf<fhir::HumanName>(R"({"given":["Kim",7]})") == "/given/1");
    CHECK(pathOf<fhir::Meta>(R"({"profile":[{}]})") == "/profile/0");
    CHECK(pathOf<fhir::Annotation>(R"({})") == "/text");
}

TEST_CASE("datatypes: null stands for a primitive that has only extensions", "[fhir]") {
    const auto name = read<HumanName>(R"({"given":[null,"Kim",null],"family":null})");

    CHECK(name.given == std::vector<std::string>{"Kim"});
    CHECK_FALSE(name.family);
    CHECK(thrown([] { readAll<HumanName>("[{},null]"); }).path() == "/all/1");
}

TEST_CASE("datatypes: an empty element is not written, for FHIR has none", "[fhir]") {
    fhir::json::Writer writer;
    writer.beginObject();

    writeObject(writer, "method", std::optional<CodeableConcept>(CodeableConcept{}));
    writeObject(writer, "period", std::optional<fhir::Period>(fhir::Period{}));
    writeArray(writer, "coding", std::vector<fhir::Coding>{{}, {}});
    writeArray(writer, "tag", std::vector<fhir::Coding>{{}, {{}, "t", {}}});
    fhir::writeStrings(writer, "given", {});
    fhir::writeStrings(writer, "prefix", {"", "Dr."});
    fhir::writeStrings(writer, "suffix", {""});
    writer.endObject();

    CHECK(writer.take() == R"({"tag":[{"code":"t"}],"prefix":["Dr."]})");
}

TEST_CASE("reference: names by number where there is no address", "[fhir]") {
    const std::string text =
        R"({"type":"Patient","identifier":{"type":{"text":"MRN"},"value":"1"},"display":"d"})";

    CHECK(toJsonText(read<Reference>(text)) == text);
    CHECK(read<Reference>(text).resourceType() == "Patient");
    CHECK(test::thrown([] { read<Reference>(R"({"identifier":"1"})"); }).path() == "/identifier");
}

TEST_CASE("reference: an absolute one names its server", "[fhir]") {
    const auto [text, base] = GENERATE(table<std::string, std::string>({
        {"https://ehr.example/fhir/Patient/1", "https://ehr.example/fhir"},
        {"https://ehr.example/fhir/Patient/1/_history/2", "https://ehr.example/fhir"},
        {"http://ehr.example:8080/Patient/1", "http://ehr.example:8080"},
        {"Patient/1", ""},
        {"#p", ""},
        {"urn:uuid:11111111-2222-4333-8444-555555555555", ""},
        {"https://ehr.example/", ""},
        {"", ""},
    }));

    CHECK(Reference{text, {}, {}}.base() == base);
}

TEST_CASE("datatypes: a security label that cannot be read is the strictest", "[fhir]") {
    const auto [meta, labels] = GENERATE(table<std::string, std::vector<std::string>>({
        {R"({"security":[{"system":"s","code":"N"}]})", {"N"}},
        {R"({"security":[{"system":"s","code":7},{"system":"s","code":"N"}]})", {"V", "N"}},
        {R"({"security":[{"system":[],"code":"N"}]})", {"V"}},
        {R"({"security":[null]})", {"V"}},
        {R"({"security":"R"})", {"V"}},
        {R"({"security":[{"code":"N","display":7}]})", {"N"}},
        {R"("R")", {"V"}},
        {R"({})", {}},
    }));
    INFO(meta);
    const auto document = Document::parse("{\"meta\":" + meta + "}");
    fhir::json::Wanted wanted;

    std::vector<std::string> codes;
    const auto read = fhir::readMeta(document.root(), wanted);
    REQUIRE(read);
    for (const auto& one : read->security) codes.push_back(one.code.value_or(""));

    CHECK(codes == labels);
}

TEST_CASE("datatypes: what names nothing without one of its parts goes with it", "[fhir]") {
    const auto document =
        Document::parse(R"({"identifier":[{"system":7,"value":"1"},{"system":"s","value":2}],)"
                        R"("actor":{"reference":5,"type":"Patient"},"date":["2026"]})");
    fhir::json::Wanted wanted;

    const auto identifiers = wanted.all<fhir::Identifier>(document.root(), "identifier");

    REQUIRE(identifiers.size() == 1);
    CHECK(identifiers.front().system == "s");
    CHECK_FALSE(identifiers.front().value);
    CHECK_FALSE(wanted.find<Reference>(document.root(), "actor"));
    CHECK_FALSE(wanted.find<fhir::DateTime>(document.root(), "date"));
    CHECK(wanted.problems().size() == 4);
}

}  // namespace datatypes_test
