#include "adapters/readable.h"

#include "tests/support/hospital_fixture.h"
#include "tests/support/thrown.h"

namespace readable_test {

using adapters::findReadable;
using fhir::http::Request;
using test::answer;
using Ids = std::set<std::string>;

namespace {

std::string patient(const std::string& id) {
    return R"({"resourceType":"Patient","id":")" + id + "\"}";
}

adapters::Profile inLists() {
    auto profile = adapters::vendorProfile("generic");
    profile.patientsPerSearch = 2;
    return profile;
}

}  // namespace

TEST_CASE("readable: those whom a search brings, and of the rest those who can be read",
          "[adapters]") {
    test::Scripted ehr(
        [](const Request& request) {
            if (request.url.path.ends_with("/Patient"))
                return answer(200, test::searchset({patient("a"), patient("of-nobody-asked")}));
            if (request.url.path.ends_with("/b")) return answer(200, patient("b"));
            if (request.url.path.ends_with("/c")) return answer(403);
            if (request.url.path.ends_with("/d")) return answer(200, patient("a"));
            if (request.url.path.ends_with("/e")) return answer(503);
            return answer(404);
        },
        inLists());

    const auto found =
        findReadable(ehr.adapter->client(), ehr.adapter->profile(), {"a", "b", "c", "d", "e", "f"});

    CHECK(found.yes == Ids{"a", "b"});
    CHECK(found.unknown == Ids{"e"});
}

TEST_CASE("readable: a server without that search is asked about each", "[adapters]") {
    const auto status = GENERATE(400, 403, 404, 500);
    test::Scripted ehr(
        [&](const Request& request) {
            const auto& path = request.url.path;
            return path.ends_with("/Patient") ? answer(status)
                                              : answer(200, patient(path.substr(path.size() - 1)));
        },
        inLists());

    CHECK(findReadable(ehr.adapter->client(), ehr.adapter->profile(), {"a", "b", "c"}).yes ==
          Ids{"a", "b", "c"});
}

TEST_CASE("readable: a token that is taken no more says nothing of anybody", "[adapters]") {
    test::Scripted ehr([](const Request&) { return answer(401); }, inLists());

    CHECK(test::thrown([&] {
              findReadable(ehr.adapter->client(), ehr.adapter->profile(), {"a"});
          }).kind() == fhir::ErrorKind::Unauthorized);
}

}  // namespace readable_test
