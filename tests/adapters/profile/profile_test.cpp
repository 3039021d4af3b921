#include "adapters/profile/profile.h"

#include <algorithm>
#include <fstream>
#include <map>

#include "adapters/adapter.h"
#include "adapters/profile/profile_fields.h"
#include "fhir/base/error.h"
#include "fhir/base/json_schema.h"
#include "tests/support/hospital_fixture.h"
#include "tests/support/source_tree.h"

namespace profile_test {

using adapters::Profile;
using fhir::json::Document;
using fhir::json::Value;

namespace {

Profile with(const std::string& fields) {
    return Profile{}.with(Document::parse("{" + fields + "}").root());
}

Document parsed(const Profile& profile) {
    return Document::parse(fhir::toJsonText(profile));
}

/// {"group":{"field":VALUE}} of "group.field", without the outer braces.
std::string member(const std::string& field, const std::string& value) {
    const auto dot = field.find('.');
    if (dot == std::string::npos) return '"' + field + "\":" + value;
    return '"' + field.substr(0, dot) + "\":{\"" + field.substr(dot + 1) + "\":" + value + "}";
}

std::string valueOf(const Profile& profile, const std::string& field) {
    const auto document = parsed(profile);
    const auto dot = field.find('.');
    if (dot == std::string::npos) return document.root().at(field).toJson();
    return document.root().at(field.substr(0, dot)).at(field.substr(dot + 1)).toJson();
}

std::string textOf(const std::string& path) {
    const auto file = test::sourceRoot() / path;
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

const Value& schema() {
    static const auto document = Document::parse(textOf("config/vendor.schema.json"));
    static const auto root = document.root();
    return root;
}

/// The schema of every field by its name, "group.field" inside a group.
std::map<std::string, Value> schemaFields() {
    std::map<std::string, Value> fields;
    for (const auto [name, field] : schema().at("properties").object()) {
        const auto group = field.find("properties");
        if (!group) fields.emplace(std::string(name), field);
        if (group)
            for (const auto [inner, one] : group->object())
                fields.emplace(std::string(name) + "." + std::string(inner), one);
    }
    return fields;
}

/// Another value than the default for every field.
const std::map<std::string, std::string>& otherValues() {
    static const std::map<std::string, std::string> values{
        {"vendor", R"("x")"},
        {"protocol", R"("other")"},
        {"product", R"("EHR X")"},
        {"documentation", R"("https://x.example/docs")"},
        {"hints", R"({"token":"ask the desk"})"},
        {"headers", R"({"X-App":"a b"})"},
        {"queryParameters", R"({"practice":"Organization/7"})"},
        {"requiredQueryParameters", R"(["practice"])"},
        {"timeoutSeconds", "300"},
        {"requestsPerMinute", "250"},
        {"concurrentRequests", "16"},
        {"idempotencyHeader", R"("X-Request-ID")"},
        {"requestIdHeader", R"("X-Request-ID")"},
        {"linkAliases", R"(["http://inside.example:8080/fhir"])"},
        {"selfLinkNamesParameters", "false"},
        {"auth.methods", R"(["basic"])"},
        {"auth.scopeForm", R"("v2")"},
        {"auth.sendsScope", "false"},
        {"pageSize", "1"},
        {"pageSizeMax", "50"},
        {"pageSizeParameter", R"("_maxresults")"},
        {"patientsPerSearch", "1"},
        {"locationsPerSearch", "200"},
        {"typedReferences", "false"},
        {"includes", R"(["patient"])"},
        {"locationHierarchy", "false"},
        {"worklists", R"(["launch-only"])"},
        {"patientListCode", R"("patients")"},
        {"encounterLastUpdated", "true"},
        {"encounterSearchNeedsPatient", "true"},
        {"currentStatuses", R"(["in-progress"])"},
        {"searchableStatuses", "[]"},
        {"encounterClasses", R"({"urn:oid:1.2|13":"IMP"})"},
        {"appointmentDate", R"("date-time")"},
        {"appointmentStatuses", R"(["booked"])"},
        {"statementSearches", R"(["code"])"},
        {"answersWithSuccessor", "true"},
        {"routes", R"(["companion"])"},
        {"conditionalCreate", "false"},
        {"readBack", "false"},
        {"whatMattersCategory", "true"},
        {"keepsIdentifiers", "false"},
        {"keepsSecurityLabels", "false"},
        {"createsBeyondMetadata", R"(["Observation"])"},
        {"updates", R"(["Task"])"},
        {"observation.categories", R"(["vital-signs"])"},
        {"observation.encounterRequired", "true"},
        {"flowsheet.system", R"("urn:oid:1.2.3")"},
        {"flowsheet.code", R"("4711")"},
        {"flowsheet.display", R"("What matters")"},
        {"flowsheet.category", R"("survey")"},
        {"flowsheet.loinc", "true"},
        {"flowsheet.encounterRequired", "false"},
        {"document.typeSystem", R"("urn:oid:1.2.4")"},
        {"document.typeCode", R"("12")"},
        {"document.typeDisplay", R"("Note")"},
        {"document.categorySystem", R"("urn:oid:1.2.5")"},
        {"document.categoryCode", R"("c")"},
        {"document.contentType", R"("application/xhtml+xml")"},
        {"document.docStatus", R"("final")"},
        {"document.author", R"("Practitioner/1")"},
        {"document.authorRequired", "true"},
        {"document.authorIsPractitioner", "true"},
        {"document.encounterRequired", "true"},
        {"document.period", "true"},
        {"document.pagesApart", "true"},
        {"questionnaire.url", R"("https://x.example/Questionnaire/1")"},
        {"questionnaire.linkId", R"("q1")"},
        {"communication.sender", R"("Practitioner/1")"},
        {"communication.payload", R"("attachment")"},
        {"communication.statementRecipients", R"(["Group/1","Practitioner/2"])"},
        {"communication.flagRecipients", R"(["Group/1"])"},
        {"task.statementOwner", R"("CareTeam/1")"},
        {"task.flagOwner", R"("Organization/1")"},
        {"cards.detail", R"("html")"},
        {"cards.detailExtension", R"("org.example.detail")"},
        {"cards.smartLinks", "false"},
        {"subscriptions.signatureHeader", R"("X-Signature")"},
        {"subscriptions.numbersEvents", "false"},
    };
    return values;
}

}  // namespace

TEST_CASE("profile: every field can be replaced by itself", "[adapters]") {
    for (const auto& [name, field] : adapters::profileFields()) {
        INFO(name);
        const auto other = otherValues().find(std::string(name));
        REQUIRE(other != otherValues().end());
        const auto usual = valueOf(Profile{}, other->first);
        REQUIRE(usual != other->second);

        const auto changed = with(member(other->first, other->second));

        CHECK(valueOf(changed, other->first) == other->second);
        if (name == "vendor") continue;  // may not be empty, as it is here
        const auto restored =
            changed.with(Document::parse("{" + member(other->first, usual) + "}").root());
        CHECK(fhir::toJsonText(restored) == fhir::toJsonText(Profile{}));
    }
    CHECK(otherValues().size() == adapters::profileFields().size());
}

TEST_CASE("profile: written and read again it is the same", "[adapters]") {
    for (const auto& name : adapters::vendorNames()) {
        const auto profile = adapters::vendorProfile(name);

        CHECK(fhir::toJsonText(Profile::fromJson(parsed(profile).root())) ==
              fhir::toJsonText(profile));
    }
}

TEST_CASE("profile: the schema names every field, with its meaning and its default", "[adapters]") {
    const auto fields = schemaFields();
    for (const auto& [name, field] : adapters::profileFields())
        CHECK(fields.count(std::string(name)) == 1);
    CHECK(fields.size() == adapters::profileFields().size());

    for (const auto& [name, field] : fields) {
        INFO(name);
        CHECK(field.at("description").text().size() > 10);
        if (name == "vendor") continue;  // has none: it must be given
        CHECK(valueOf(Profile{}, name) == field.at("default").toJson());
    }
}

TEST_CASE("profile: the schema and the program accept the same values", "[adapters]") {
    for (const auto& [name, value] : otherValues()) {
        const auto text =
            "{" + member(name, value) + (name == "vendor" ? "}" : R"(,"vendor":"x"})");
        INFO(text);
        CHECK(fhir::json::validate(Document::parse(text).root(), schema()).empty());
    }
    for (const auto& [name, field] : schemaFields()) {
        INFO(name);
        if (const auto choices = field.find("enum"))
            for (const auto choice : choices->array())
                CHECK(valueOf(with(member(name, choice.toJson())), name) == choice.toJson());
        if (const auto items = field.find("items"))
            for (const auto choice : items->findArray("enum"))
                with(member(name, "[" + choice.toJson() + "]"));
        for (const char* limit : {"minimum", "maximum"})
            if (const auto number = field.find(limit)) {
                with(member(name, number->toJson()));
                const auto beyond = number->integer() + (limit[1] == 'i' ? -1 : 1);
                CHECK(test::thrown([&] { with(member(name, std::to_string(beyond))); }).kind() ==
                      fhir::ErrorKind::InvalidInput);
            }
    }
}

TEST_CASE("profile: every vendor's file fits the schema and is in the program", "[adapters]") {
    std::vector<std::string> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(test::sourceRoot() / "config/vendors")) {
        files.push_back(entry.path().stem().string());
        const auto document = Document::parse(
            textOf("config/vendors/" + entry.path().filename().string()), {.comments = true});
        INFO(files.back());
        CHECK(test::texts(fhir::json::validate(document.root(), schema())) == "");
    }
    std::sort(files.begin(), files.end());
    CHECK(files == adapters::vendorNames());
}

TEST_CASE("profile: a wrong field is refused with its place", "[adapters]") {
    const auto [field, path] = GENERATE(table<std::string, std::string>({
        {R"("pagesize":10)", "/pagesize"},
        {R"("vendor":"")", "/vendor"},
        {R"("vendor":7)", "/vendor"},
        {R"("product":"a\u0001b")", "/product"},
        {R"("hints":{"lunch":"x"})", "/hints/lunch"},
        {R"("timeoutSeconds":0)", "/timeoutSeconds"},
        {R"("timeoutSeconds":301)", "/timeoutSeconds"},
        {R"("timeoutSeconds":1.5)", "/timeoutSeconds"},
        {R"("requestsPerMinute":-1)", "/requestsPerMinute"},
        {R"("concurrentRequests":0)", "/concurrentRequests"},
        {R"("concurrentRequests":17)", "/concurrentRequests"},
        {R"("idempotencyHeader":"a b")", "/idempotencyHeader"},
        {R"("idempotencyHeader":"authorization")", "/idempotencyHeader"},
        {R"("linkAliases":["https://x.example/fhir?a=b"])", "/linkAliases/0"},
        {R"("linkAliases":["ftp://x.example"])", "/linkAliases/0"},
        {R"("auth":{"methods":[]})", "/auth/methods"},
        {R"("auth":{"methods":["password"]})", "/auth/methods/0"},
        {R"("auth":{"scopeForm":"v3"})", "/auth/scopeForm"},
        {R"("auth":{"secret":"x"})", "/auth/secret"},
        {R"("auth":true)", "/auth"},
        {R"("auth.scopeForm":"v1")", "/auth.scopeForm"},
        {R"("queryParameters":{"a b":"x"})", "/queryParameters/a b"},
        {R"("queryParameters":{"a":""})", "/queryParameters/a"},
        {R"("requiredQueryParameters":["a=b"])", "/requiredQueryParameters/0"},
        {R"("pageSize":1001)", "/pageSize"},
        {R"("pageSizeParameter":"limit")", "/pageSizeParameter"},
        {R"("patientsPerSearch":0)", "/patientsPerSearch"},
        {R"("locationsPerSearch":201)", "/locationsPerSearch"},
        {R"("worklists":[])", "/worklists"},
        {R"("worklists":["crystal-ball"])", "/worklists/0"},
        {R"("currentStatuses":[])", "/currentStatuses"},
        {R"("currentStatuses":["here"])", "/currentStatuses/0"},
        {R"("currentStatuses":["arrived","arrived"])", "/currentStatuses/1"},
        {R"("searchableStatuses":["here"])", "/searchableStatuses/0"},
        {R"("encounterClasses":{"13":"ward"})", "/encounterClasses/13"},
        {R"("appointmentDate":"today")", "/appointmentDate"},
        {R"("appointmentStatuses":["here"])", "/appointmentStatuses/0"},
        {R"("includes":["practitioner"])", "/includes/0"},
        {R"("cards":{"detail":"rtf"})", "/cards/detail"},
        {R"("cards":{"smartLinks":"no"})", "/cards/smartLinks"},
        {R"("subscriptions":{"signatureHeader":""})", "/subscriptions/signatureHeader"},
        {R"("subscriptions":{"signatureHeader":"a b"})", "/subscriptions/signatureHeader"},
        {R"("routes":[])", "/routes"},
        {R"("routes":["observation","pigeon"])", "/routes/1"},
        {R"("createsBeyondMetadata":["observation"])", "/createsBeyondMetadata/0"},
        {R"("flowsheet":{"category":""})", "/flowsheet/category"},
        {R"("document":{"contentType":"application/pdf"})", "/document/contentType"},
        {R"("document":{"author":"Patient/1"})", "/document/author"},
        {R"("document":{"docStatus":"amended"})", "/document/docStatus"},
        {R"("communication":{"sender":"me"})", "/communication/sender"},
        // A flag is about a team and goes to a team.
        {R"("communication":{"flagRecipients":["Practitioner/1"]})",
         "/communication/flagRecipients/0"},
        {R"("communication":{"flagRecipients":["Patient/1"]})", "/communication/flagRecipients/0"},
        {R"("task":{"flagOwner":"Practitioner/1"})", "/task/flagOwner"},
        {R"("task":{"statementOwner":"Patient/1"})", "/task/statementOwner"},
        {R"("headers":{"Authorization":"Bearer x"})", "/headers/Authorization"},
        {R"("headers":{"authorization":"Bearer x"})", "/headers/authorization"},
        {R"("headers":{"a b":"x"})", "/headers/a b"},
        {R"("headers":{"":"x"})", "/headers/"},
        {R"("headers":{"X":"a\r\nHost: evil"})", "/headers/X"},
        {R"("headers":["X"])", "/headers"},
    }));

    const auto error = test::thrown([&, &text = field] { with(text); });

    CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
    CHECK(error.path() == path);
}

TEST_CASE("profile: every vendor's file is named as its vendor and drives a known protocol",
          "[adapters]") {
    for (const auto& name : adapters::vendorNames()) {
        const test::Scripted ehr([](const auto&) { return test::answer(404); },
                                 adapters::vendorProfile(name));
        CHECK(ehr.adapter->profile().vendor == name);
        CHECK(!ehr.adapter->profile().product.empty());
    }
    CHECK(adapters::vendorNames().size() >= 1);
}

TEST_CASE("profile: an unknown vendor is answered with those there are", "[adapters]") {
    for (const char* name : {"", "nobody", "generic.json", "../generic"}) {
        const auto error = test::thrown([&] { adapters::vendorProfile(name); });

        CHECK(error.kind() == fhir::ErrorKind::InvalidInput);
        CHECK_THAT(error.what(), Catch::Contains("generic"));
    }
}

TEST_CASE("profile: a vendor must be named", "[adapters]") {
    const auto error =
        test::thrown([] { Profile::fromJson(Document::parse(R"({"pageSize":5})").root()); });

    CHECK(error.path() == "/vendor");
}

}  // namespace profile_test
