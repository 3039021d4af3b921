#include "fhir/r4/transaction.h"

#include "tests/support/resource.h"

using fhir::Transaction;

namespace {

Transaction::Entry entry(const std::string& method, const std::string& url,
                         const std::string& resource) {
    Transaction::Entry result;
    result.method = method;
    result.url = url;
    result.resource = resource;
    return result;
}

}  // namespace

TEST_CASE("transaction: one of ours is written exactly so", "[fhir]") {
    Transaction transaction;
    transaction.entry = {entry("POST", "Observation", R"({"resourceType":"Observation"})"),
                         entry("PUT", "Flag/f-1", R"({"resourceType":"Flag"})"),
                         entry("DELETE", "Flag/f-2", ""), entry("GET", "Patient/p-1", "")};
    transaction.entry[0].fullUrl = "urn:uuid:11111111-2222-4333-8444-555555555555";
    transaction.entry[0].ifNoneExist = "identifier=s|1";
    transaction.entry[1].ifMatch = "W/\"3\"";

    CHECK(toJsonText(transaction) ==
          R"({"resourceType":"Bundle","type":"transaction","entry":[)"
          R"({"fullUrl":"urn:uuid:11111111-2222-4333-8444-555555555555",)"
          R"("resource":{"resourceType":"Observation"},)"
          R"("request":{"method":"POST","url":"Observation","ifNoneExist":"identifier=s|1"}},)"
          R"({"resource":{"resourceType":"Flag"},)"
          R"("request":{"method":"PUT","url":"Flag/f-1","ifMatch":"W/\"3\""}},)"
          R"({"request":{"method":"DELETE","url":"Flag/f-2"}},)"
          R"({"request":{"method":"GET","url":"Patient/p-1"}}]})");
}

TEST_CASE("transaction: an entry that could not be done is refused", "[fhir]") {
    const auto pathOf = [](const Transaction::Entry& wrong) {
        Transaction transaction;
        transaction.entry = {entry("GET", "Patient/p-1", ""), wrong};
        return tests::thrown([&] { toJsonText(transaction); }).path();
    };

    CHECK(pathOf(entry("", "Observation", "")) == "/entry/1/method");
    CHECK(pathOf(entry("POST", "", "{}")) == "/entry/1/url");
    CHECK(pathOf(entry("POST", "Observation", "")) == "/entry/1/resource");
    CHECK(pathOf(entry("PUT", "Observation/o", "")) == "/entry/1/resource");
    CHECK(pathOf(entry("DELETE", "Observation/o", "{}")) == "/entry/1/resource");
}
