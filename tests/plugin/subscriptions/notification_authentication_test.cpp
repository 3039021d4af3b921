#include "plugin/subscriptions/notification_authentication.h"

#include <catch2/catch.hpp>

#include "fhir/base/hmac.h"

namespace notification_authentication_test {

using fhir::Secret;
using plugin::SubscriptionSettings;
using plugin::subscriptions::whyNotAuthentic;

namespace {

const Secret kOld("made up and no longer used");
const Secret kNew("made up and used from now on");
const std::string kBody = R"({"resourceType":"Bundle"})";

std::string why(const SubscriptionSettings& settings, const fhir::Headers& headers,
                const std::string& body = kBody,
                const adapters::Profile::Subscriptions& profile = {}) {
    plugin::http_server::Request request;
    request.headers = headers;
    request.body = body;
    return whyNotAuthentic(settings, profile, request).value_or("");
}

std::string signatureOf(const Secret& key, const std::string& body = kBody) {
    return fhir::hmacSha256(key, body);
}

}  // namespace

TEST_CASE("authentic: a bearer token is one of the secrets", "[subscriptions]") {
    const SubscriptionSettings settings{.secrets = {kOld, kNew}, .signatureKeys = {}};

    CHECK(why(settings, {{"Authorization", "Bearer " + kOld.reveal()}}) == "");
    CHECK(why(settings, {{"Authorization", "bearer " + kNew.reveal()}}) == "");
    CHECK(why(settings, {}) == "it has no Authorization");
    CHECK(why(settings, {{"Authorization", "Bearer "}}) == "its bearer token is another");
    CHECK(why(settings, {{"Authorization", "Bearer"}}) == "its Authorization is no bearer token");
    CHECK(why(settings, {{"Authorization", "Basic " + kNew.reveal()}}) ==
          "its Authorization is no bearer token");
    CHECK(why(settings, {{"Authorization", "Bearer " + kNew.reveal() + "!"}}) ==
          "its bearer token is another");
    CHECK(why(settings, {{"X-Hub-Signature", "sha256=" + signatureOf(kNew)}}) ==
          "it has no Authorization");
}

TEST_CASE("authentic: a signature is of the body, by one of the keys", "[subscriptions]") {
    const SubscriptionSettings settings{.secrets = {}, .signatureKeys = {kOld, kNew}};
    auto capitals = signatureOf(kNew);
    for (auto& letter : capitals) letter = static_cast<char>(std::toupper(letter));

    CHECK(why(settings, {{"X-Hub-Signature", "sha256=" + signatureOf(kOld)}}) == "");
    CHECK(why(settings, {{"X-Hub-Signature", signatureOf(kNew)}}) == "");
    CHECK(why(settings, {{"X-Hub-Signature", "sha256=" + capitals}}) == "");
    CHECK(why(settings, {{"X-Hub-Signature", "sha256=" + signatureOf(kNew, "")}}, "") == "");
    CHECK(why(settings, {{"X-Hub-Signature", "sha256=" + signatureOf(kNew)}}, kBody + " ") ==
          "its X-Hub-Signature does not fit its body");
    CHECK(why(settings, {{"X-Hub-Signature", "sha1=" + signatureOf(kNew)}}) ==
          "its X-Hub-Signature is of another method than sha256");
    CHECK(why(settings, {{"X-Hub-Signature", "sha256="}}) ==
          "its X-Hub-Signature does not fit its body");
    CHECK(why(settings, {{"Authorization", "Bearer " + kNew.reveal()}}) ==
          "it has no X-Hub-Signature");
}

TEST_CASE("authentic: the signature stands where the vendor puts it", "[subscriptions]") {
    const SubscriptionSettings settings{.secrets = {}, .signatureKeys = {kNew}};
    const auto profile = adapters::vendorProfile("medplum").subscriptions;

    CHECK(why(settings, {{"X-Signature", signatureOf(kNew)}}, kBody, profile) == "");
    CHECK(why(settings, {{"X-Hub-Signature", signatureOf(kNew)}}, kBody, profile) ==
          "it has no X-Signature");
}

TEST_CASE("authentic: without a secret nobody is", "[subscriptions]") {
    CHECK(why({}, {{"Authorization", "Bearer "}}) == "its bearer token is another");
}

}  // namespace notification_authentication_test
