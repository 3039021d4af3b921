#include "fhir/r4/flag.h"

#include "tests/support/resource.h"

namespace flag_test {

using fhir::DateTime;
using fhir::Flag;
using fhir::Reference;
using test::read;
using test::thrown;

namespace {

const std::string kMinimal =
    R"({"resourceType":"Flag","status":"active","code":{},"subject":{"reference":"Group/1"}})";

Flag authored() {
    Flag flag;
    flag.identifier = {{{}, "urn:ietf:rfc:3986", "urn:uuid:11111111-2222-4333-8444-666666666666"}};
    flag.status = "active";
    flag.category = {{{{"http://terminology.hl7.org/CodeSystem/flag-category", "admin", {}}}, {}}};
    flag.code = {{{"urn:made-up:team-flag", "strain", {}}}, "Team under strain"};
    flag.subject = Reference{"Organization/ward-7", {}, "Ward 7 team"};
    flag.period = fhir::Period{DateTime::parse("2026-03-07"), {}};
    flag.author = Reference{"Organization/clinic", {}, {}};
    return flag;
}

}  // namespace

TEST_CASE("flag: one of ours is written exactly so", "[fhir]") {
    CHECK(toJsonText(authored()) ==
          R"({"resourceType":"Flag","identifier":[{"system":"urn:ietf:rfc:3986",)"
          R"("value":"urn:uuid:11111111-2222-4333-8444-666666666666"}],"status":"active",)"
          R"("category":[{"coding":[{"system":)"
          R"("http://terminology.hl7.org/CodeSystem/flag-category","code":"admin"}]}],)"
          R"("code":{"coding":[{"system":"urn:made-up:team-flag","code":"strain"}],)"
          R"("text":"Team under strain"},)"
          R"("subject":{"reference":"Organization/ward-7","display":"Ward 7 team"},)"
          R"("period":{"start":"2026-03-07"},"author":{"reference":"Organization/clinic"}})");
}

TEST_CASE("flag: what is written reads the same again", "[fhir]") {
    auto flag = authored();
    flag.id = "f-1";
    flag.meta = fhir::Meta{"2", "2026-03-07T08:15:00Z", {}, {}, {}};
    const auto text = toJsonText(flag);

    CHECK(toJsonText(read<Flag>(text)) == text);
}

TEST_CASE("flag: is never written about a person, or about nobody knows whom", "[fhir]") {
    const std::string subject =
        GENERATE("Patient/1", "Practitioner/1", "PractitionerRole/1", "RelatedPerson/1",
                 "https://ehr.example/fhir/Patient/1", "Person/1", "urn:uuid:1", "#someone", "");
    auto flag = authored();
    flag.subject = Reference{subject, {}, {}};

    const auto error = thrown([&] { toJsonText(flag); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(error.path() == "/subject");
}

TEST_CASE("flag: is written about an organization, a group or a place", "[fhir]") {
    const std::string subject =
        GENERATE("Organization/1", "Group/1", "Location/1", "https://ehr.example/fhir/Group/1");
    auto flag = authored();
    flag.subject = Reference{subject, {}, {}};

    CHECK(read<Flag>(toJsonText(flag)).subject.reference == subject);
}

TEST_CASE("flag: is not written without what R4 requires", "[fhir]") {
    auto withoutStatus = authored();
    withoutStatus.status.clear();
    auto withoutCode = authored();
    withoutCode.code = {};

    CHECK(thrown([&] { toJsonText(withoutStatus); }).path() == "/status");
    CHECK(thrown([&] { toJsonText(withoutCode); }).path() == "/code");
}

TEST_CASE("flag: a minimal one is read, also one about a patient", "[fhir]") {
    const auto flag = read<Flag>(kMinimal);
    const auto other = read<Flag>(
        R"({"subject":{"reference":"Patient/1"},"code":{"text":"Fall risk"},"status":"inactive",)"
        R"("resourceType":"Flag"})");

    CHECK(flag.status == "active");
    CHECK(flag.subject.resourceType() == "Group");
    CHECK(flag.category.empty());
    CHECK_FALSE(flag.period);
    CHECK_FALSE(flag.author);
    CHECK(other.subject.resourceType() == "Patient");
    CHECK(other.code.label() == "Fall risk");
}

TEST_CASE("flag: keeps every promise of a resource", "[fhir]") {
    test::checkHeader<Flag>(kMinimal);
}

TEST_CASE("flag: an element of the wrong type is named by its path", "[fhir]") {
    const auto pathOf = [](const std::string& text) {
        return thrown([&] { read<Flag>(text); }).path();
    };
    CHECK(pathOf(R"({"resourceType":"Flag","code":{},"subject":{}})") == "/status");
    CHECK(pathOf(R"({"resourceType":"Flag","status":"active","subject":{}})") == "/code");
    CHECK(pathOf(R"({"resourceType":"Flag","status":"active","code":{}})") == "/subject");
    CHECK(pathOf(R"({"resourceType":"Flag","status":[],"code":{},"subject":{}})") == "/status");
    CHECK(pathOf(R"({"resourceType":"Flag","status":"active","code":{},"subject":"x"})") ==
          "/subject");
    test::checkWrongTypes<Flag>(kMinimal, {{R"("identifier":[null])", "/identifier/0"},
                                           {R"("category":{})", "/category"},
                                           {R"("category":[{"text":1}])", "/category/0/text"},
                                           {R"("period":"x")", "/period"},
                                           {R"("period":{"end":"x"})", "/period/end"},
                                           {R"("author":[])", "/author"}});
}

TEST_CASE("flag: the encounter of an EHR's flag is read, and never written by us", "[fhir]") {
    auto flag = read<Flag>(R"({"resourceType":"Flag","status":"active","code":{"text":"c"},
        "subject":{"reference":"Organization/o-1"},"encounter":{"reference":"Encounter/e-1"}})");

    CHECK(flag.encounter->relative() == "Encounter/e-1");
    CHECK(test::thrown([&] { toJsonText(flag); }).path() == "/encounter");
    flag.encounter.reset();
    CHECK_NOTHROW(toJsonText(flag));
}

}  // namespace flag_test
