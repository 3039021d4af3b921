#include "fhir/r4/server_address.h"

#include <catch2/catch.hpp>

namespace server_address_test {

using fhir::ServerAddress;
using fhir::Url;

namespace {

ServerAddress server() {
    return ServerAddress(Url::parse("http://ehr.example/fhir"),
                         {Url::parse("http://internal:8080/r4"), Url::parse("http://proxy.example"),
                          Url::parse("http://ehr.example/tenants/7/fhir/")});
}

bool isElsewhere(const ServerAddress& address, const std::string& fullUrl) {
    const auto document =
        fhir::json::Document::parse(R"({"resourceType":"Bundle","type":"searchset","entry":[{)" +
                                    (fullUrl.empty() ? "" : R"("fullUrl":")" + fullUrl + R"(",)") +
                                    R"("resource":{"resourceType":"Observation"}}]})");
    return address.isElsewhere(fhir::Bundle::fromJson(document.root()).entry.at(0));
}

}  // namespace

TEST_CASE("server address: a reference means a resource of the server by any of its names",
          "[fhir]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"Patient/1", "1"},
        {"Patient/1/_history/3", "1"},
        {"http://ehr.example/fhir/Patient/1", "1"},
        {"http://ehr.example/fhir/Patient/1/_history/3", "1"},
        {"HTTP://EHR.Example:80/fhir/Patient/1/_history/3", "1"},
        {"http://ehr.example/x/../fhir/./%50atient/%31", "1"},
        {"http://internal:8080/r4/Patient/1", "1"},
        {"http://Internal:8080/r4/Patient/1/_history/3", "1"},
        {"http://proxy.example/fhir/Patient/1", "1"},
        {"http://ehr.example/tenants/7/fhir/Patient/1", "1"},
        {"http://ehr.example/FHIR/Patient/1", ""},
        {"https://ehr.example/fhir/Patient/1", ""},
        {"http://ehr.example:8080/fhir/Patient/1", ""},
        {"http://ehr.example/Patient/1", ""},
        {"http://ehr.example/fhirother/Patient/1", ""},
        {"http://ehr.example/fhir/tenant/Patient/1", ""},
        {"http://ehr.example/tenants/8/fhir/Patient/1", ""},
        {"http://internal:8080/fhir/Patient/1", ""},
        {"http://internal:8081/r4/Patient/1", ""},
        {"http://internal:8080/r4x/Patient/1", ""},
        {"http://proxy.example/Patient/1", ""},
        {"http://internal:8080/r4/Practitioner/1", ""},
        {"http://ehr.example/fhir/Patient/1#p", ""},
        {"http://ehr.example/fhir/Patient/1?x=y", ""},
        {"http://other.example/fhir/Patient/1", ""},
        {"http://nurse@ehr.example/fhir/Patient/1", ""},
        {"x://ehr.example/fhir/Patient/1", ""},
        {"Practitioner/1", ""},
        {"#Patient/1", ""},
        {"urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10", ""},
        {"x/Patient/1", ""},
        {"Patient/1/2", ""},
        {"Patient/", ""},
        {"Patient", ""},
        {"", ""},
    }));

    INFO(text);
    CHECK(server().findId(fhir::Reference{text, {}, {}}, "Patient").value_or("") == expected);
    CHECK_FALSE(server().findId(fhir::Reference{{}, "Patient", "Somebody"}, "Patient"));
    CHECK_FALSE(server().findId(std::nullopt, "Patient"));
}

TEST_CASE("server address: of a server that is not known nothing absolute is its own", "[fhir]") {
    CHECK(ServerAddress().find("Patient/1")->text() == "Patient/1");
    CHECK_FALSE(ServerAddress().find("http://ehr.example/fhir/Patient/1"));
    CHECK_FALSE(ServerAddress().isSame("http://ehr.example/fhir"));
    CHECK(isElsewhere(ServerAddress(), "http://ehr.example/fhir/Patient/1"));
    CHECK_FALSE(isElsewhere(ServerAddress(), ""));
}

TEST_CASE("server address: the base is the same however it is written", "[fhir]") {
    const auto [text, expected] = GENERATE(table<std::string, bool>({
        {"http://ehr.example/fhir", true},
        {"http://ehr.example/fhir/", true},
        {"http://ehr.example:80/fhir", true},
        {"HTTP://EHR.EXAMPLE/fhir", true},
        {"http://ehr.example/%66%68ir", true},
        {"http://ehr.example/a/../fhir", true},
        {"http://internal:8080/r4/", true},
        {"http://proxy.example/fhir", true},
        {"http://ehr.example/FHIR", false},
        {"https://ehr.example/fhir", false},
        {"http://ehr.example/", false},
        {"http://ehr.example/fhir/Patient", false},
        {"http://ehr.example/fhir?x=y", false},
        {"http://ehr.example.evil.example/fhir", false},
        {"ehr.example/fhir", false},
        {"", false},
    }));

    INFO(text);
    CHECK(server().isSame(text) == expected);
}

TEST_CASE("server address: an entry is of the server that its fullUrl is at", "[fhir]") {
    const auto [fullUrl, expected] = GENERATE(table<std::string, bool>({
        {"", false},
        {"urn:uuid:3f0c6f52-0c7e-4f1c-9d55-7f4f3f9f2a10", false},
        {"Observation/9", false},
        {"http://ehr.example/fhir/Observation/9", false},
        {"HTTP://EHR.example:80/fhir/Observation/9", false},
        {"http://ehr.example/fhir/Observation/9/_history/2", false},
        {"http://internal:8080/r4/Observation/9", false},
        // An id that FHIR does not allow is the EHR's all the same.
        {"http://ehr.example/fhir/Observation/a_9", false},
        {"http://other.example/fhir/Observation/9", true},
        {"https://ehr.example/fhir/Observation/9", true},
        {"http://ehr.example/other/Observation/9", true},
        {"http://ehr.example/fhir/tenant-2/Observation/9", true},
        {"http://ehr.example/fhir/tenant-2/Observation/9/_history/2", true},
        {"http://ehr.example/fhir2/Observation/9", true},
        {"x://ehr.example/fhir/Observation/9", true},
    }));

    INFO(fullUrl);
    CHECK(isElsewhere(server(), fullUrl) == expected);
}

}  // namespace server_address_test
