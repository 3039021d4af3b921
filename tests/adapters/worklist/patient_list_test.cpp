// Lists as real servers write them: an entry costs itself, and a list that cannot be read is not
// told as one that is not there. After FirelyTeam/spark#69 and samply/blaze#284.
#include "adapters/worklist/patient_list.h"

#include "tests/support/hospital_fixture.h"

namespace patient_list_test {

using adapters::vendorProfile;
using fhir::ErrorKind;
using fhir::http::Request;
using test::answer;
using test::searchset;
using test::texts;
using test::thrown;

namespace {

/// An EHR with one list, and one patient in a bed.
class ListWard {
public:
    explicit ListWard(const std::string& members)
        : list_(R"({"resourceType":"List","id":"l",)" + members + "}"),
          ehr_([this](const Request& request) { return serve(request); }, vendorProfile("epic")) {}

    adapters::Worklist list(const std::string& identifier) const {
        return ehr_.adapter->worklist({.source = "patient-list", .identifier = identifier});
    }

private:
    fhir::http::Response serve(const Request& request) const {
        const auto& path = request.url.path;
        if (path.ends_with("/List/l")) return answer(200, list_);
        if (path.ends_with("/List")) return answer(200, searchset({list_}));
        if (path.ends_with("/Encounter"))
            return answer(200, searchset({R"({"resourceType":"Encounter","id":"e",)"
                                          R"("status":"in-progress",)"
                                          R"("subject":{"reference":"Patient/a"}})"}));
        const std::string patient = R"({"resourceType":"Patient","id":"a"})";
        return answer(200, path.ends_with("/Patient") ? searchset({patient}) : patient);
    }

    std::string list_;
    test::Scripted ehr_;
};

}  // namespace

TEST_CASE("patient list: an entry that cannot be read costs itself, with a line", "[adapters]") {
    const auto [odd, line] = GENERATE(table<std::string, std::string>({
        {R"({"deleted":false})", "List/l: entry[1].item is missing"},
        {R"({"item":"Patient/b"})", "List/l: entry[1].item must be an object, not text"},
        {R"({"item":{"reference":7}})", "List/l: entry[1].item.reference must be text, not a num"},
        {"null", "List/l: entry[1] must be an object, not null"},
        {R"({"item":{"reference":"Patient/a"},"deleted":"perhaps"})",
         "List/l: entry[1].deleted must be true or false"},
    }));
    INFO(odd);
    const auto identifier = GENERATE(as<std::string>(), "urn:oid:1|77", "List/l");
    const ListWard ward(R"("status":"current","entry":[{"item":{"reference":"Patient/a"}},)" + odd +
                        "]");

    const auto found = ward.list(identifier);

    CHECK(found.stays.size() == 1);
    REQUIRE(found.problems.size() == 1);
    CHECK_THAT(found.problems.front().text, Catch::StartsWith(line));
    CHECK(found.problems.front().resource == "List/l");
}

TEST_CASE("patient list: what is not used of a list cannot take it away", "[adapters]") {
    const std::string odd =
        GENERATE(as<std::string>(), R"("date":"2026-03-07T08:15:00")", R"("mode":7)",
                 R"("title":{})", R"("identifier":"77")", R"("code":[])", R"("source":"x")");
    INFO(odd);
    const ListWard ward(R"("status":"current","entry":[{"item":{"reference":"Patient/a"}}],)" +
                        odd);

    const auto found = ward.list("urn:oid:1|77");

    CHECK(found.stays.size() == 1);
    CHECK(texts(found.problems) == "");
}

TEST_CASE("patient list: one that cannot be read is told so, and why", "[adapters]") {
    const auto [members, why] = GENERATE(table<std::string, std::string>({
        {R"("status":7)", "List/l cannot be read: status must be text, not a number"},
        {R"("title":"Ward 7")", "List/l cannot be read: status is missing"},
        {R"("status":"current","implicitRules":"urn:x")",
         "List/l cannot be read: implicitRules names rules"},
    }));
    INFO(members);
    const ListWard ward(members);

    const auto error = thrown([&] { ward.list("urn:oid:1|77"); });

    CHECK(error.kind() == ErrorKind::BadReply);
    CHECK_THAT(error.what(), Catch::Contains(why));
    CHECK(thrown([&] { ward.list("List/l"); }).kind() == ErrorKind::BadReply);
}

}  // namespace patient_list_test
