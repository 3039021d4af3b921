#include "adapters/simulator/hooks.h"

#include <mutex>

#include "fhir/base/hmac.h"
#include "tests/adapters/simulator/vendor.h"
#include "tests/support/gate.h"
#include "tests/support/json_at.h"

namespace hooks_test {

using adapters::simulator::Simulator;
using fhir::http::Request;
using test::at;

namespace {

/// Who is told: keeps what comes, and answers with a status.
class Listener final : public fhir::http::Transport {
public:
    fhir::http::Response send(const Request& request, fhir::Deadline) override {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        return {status, {}, {}};
    }
    /// The first `count` messages, once they have come.
    std::vector<Request> heard(std::size_t count) {
        REQUIRE(test::soon([&] { return number() >= count; }));
        const std::lock_guard lock(mutex_);
        return {requests_.begin(), requests_.begin() + static_cast<std::ptrdiff_t>(count)};
    }
    std::size_t number() {
        const std::lock_guard lock(mutex_);
        return requests_.size();
    }
    int status = 200;  ///< set before anything is sent

private:
    std::mutex mutex_;
    std::vector<Request> requests_;
};

struct Heard {
    explicit Heard(const std::string& vendor = "generic") : simulator(options(vendor)) {}
    adapters::simulator::Options options(const std::string& vendor) {
        auto given = test::options(2);
        given.vendor = vendor;
        given.hooks = &listener;
        return given;
    }
    fhir::http::Response ask(const std::string& method, const std::string& path,
                             const std::string& body = {}, fhir::Headers headers = {}) {
        headers.set("Accept", "application/fhir+json");
        const auto ward = simulator.ward();
        fhir::Query always;
        if (!ward.alwaysName.empty()) always.add(ward.alwaysName, ward.alwaysValue);
        return test::ask(simulator, method, always.empty() ? path : path + "?" + always.text(),
                         body, headers);
    }
    /// Its answer. `more`: further members of the channel, each with a comma before it.
    fhir::http::Response subscribe(const std::string& criteria, const std::string& more = {},
                                   const fhir::Headers& headers = {}) {
        return ask("POST", "/Subscription",
                   R"({"resourceType":"Subscription","status":"requested","reason":"test",
                       "criteria":")" +
                       criteria + R"(","channel":{"type":"rest-hook",
                       "endpoint":"http://listener.example/hook")" +
                       more + "}}",
                   headers);
    }
    bool isActive(const std::string& id) {
        return at(ask("GET", "/Subscription/" + id).body, "/status") == "active";
    }
    /// "Flag/1001"
    std::string writeFlag() {
        const auto response = ask("POST", "/Flag",
                                  R"({"resourceType":"Flag","status":"active",
                "code":{"text":"strain"},"subject":{"reference":")" +
                                      simulator.ward().teamSubject + R"("}})");
        REQUIRE(response.status == 201);
        return "Flag/" + at(response.body, "/id");
    }

    Listener listener;  // first, so that it ends last
    Simulator simulator;
};

constexpr const char* kTopic = "https://ehr.example/topics/Flag.any";

}  // namespace

TEST_CASE("hooks: a topic is told by the Backport, after a handshake", "[simulator]") {
    Heard told;
    const auto made = told.subscribe(kTopic, R"(,"header":["Authorization: Bearer made-up"])");
    REQUIRE(made.status == 201);
    const auto id = at(made.body, "/id");
    REQUIRE(test::soon([&] { return told.isActive(id); }));

    const auto flag = told.writeFlag();
    told.writeFlag();

    const auto heard = told.listener.heard(3);
    CHECK(heard[0].method == "POST");
    CHECK(heard[0].url.text() == "http://listener.example/hook");
    CHECK(heard[0].headers.find("Authorization") == "Bearer made-up");
    const std::string status = "/entry/0/resource/parameter";
    CHECK(at(heard[0].body, status + "/3/valueCode") == "handshake");
    CHECK(at(heard[0].body, status + "/4/valueString") == "0");
    CHECK(at(heard[1].body, status + "/3/valueCode") == "event-notification");
    CHECK(at(heard[1].body, status + "/4/valueString") == "1");
    CHECK(at(heard[1].body, status + "/5/part/1/valueReference/reference") ==
          "http://ehr.example/fhir/" + flag);
    CHECK(at(heard[1].body, "/entry/1/request/url") == flag);
    CHECK(at(heard[2].body, status + "/4/valueString") == "2");
}

TEST_CASE("hooks: without an answer to the handshake nothing is told", "[simulator]") {
    Heard told;
    told.listener.status = 401;
    const auto made = told.subscribe(kTopic);
    told.listener.heard(1);

    told.writeFlag();

    // A second one, whose handshake comes after whatever the flag would have brought.
    REQUIRE(told.subscribe(kTopic).status == 201);
    CHECK(at(told.listener.heard(2)[1].body, "/entry/0/resource/parameter/3/valueCode") ==
          "handshake");
    CHECK_FALSE(told.isActive(at(made.body, "/id")));
}

TEST_CASE("hooks: a search is told by an empty POST, or by the resource", "[simulator]") {
    Heard told;
    REQUIRE(told.subscribe("Flag?status=active").status == 201);
    const auto flag = told.writeFlag();
    const auto empty = told.listener.heard(1)[0];
    CHECK(empty.method == "POST");
    CHECK(empty.body.empty());

    REQUIRE(told.subscribe("Flag?", R"(,"payload":"application/fhir+json")").status == 201);
    const auto second = told.writeFlag();
    const auto whole = told.listener.heard(3)[2];
    CHECK(whole.method == "PUT");
    CHECK(whole.url.text() == "http://listener.example/hook/" + second);
    CHECK(at(whole.body, "/resourceType") == "Flag");
    CHECK(flag != second);
}

TEST_CASE("hooks: what was subscribed to no longer is told to nobody", "[simulator]") {
    Heard told;
    const auto made = told.subscribe("Flag?status=active");
    REQUIRE(told.ask("DELETE", "/Subscription/" + at(made.body, "/id")).status == 204);
    told.writeFlag();
    REQUIRE(told.subscribe("Flag?").status == 201);
    told.writeFlag();

    told.listener.heard(1);
    CHECK(told.subscribe("Flag?", R"(,"payload":1)").status == 201);
    CHECK(told.listener.number() == 1);
}

TEST_CASE("hooks: a channel that is none here is refused", "[simulator]") {
    Heard told;
    const auto response =
        told.ask("POST", "/Subscription",
                 R"({"resourceType":"Subscription","status":"requested","reason":"test",
            "criteria":"Flag?","channel":{"type":"websocket"}})");

    CHECK(response.status == 422);
}

TEST_CASE("hooks: athenahealth signs, in the form of R4B, and counts each anew", "[simulator]") {
    Heard told("athenahealth");
    const fhir::Secret secret("made up for the signature");
    const auto made =
        told.subscribe("https://ehr.example/SubscriptionTopic/QuestionnaireResponse.create", "",
                       {{"X-Hub-Secret", secret.reveal()}});
    REQUIRE(made.status == 201);
    const auto location = made.headers.find("Location").value_or("");
    const auto from = location.find("Subscription/");
    const auto id = location.substr(from + 13, location.find('/', from + 13) - from - 13);
    REQUIRE(test::soon([&] { return told.isActive(id); }));
    const auto patient = told.simulator.ward().patients.at(0);

    for (int i = 0; i < 2; ++i)
        REQUIRE(told.ask("POST", "/QuestionnaireResponse",
                         R"({"resourceType":"QuestionnaireResponse","status":"completed",
                             "questionnaire":"https://hospital.example/q",
                             "subject":{"reference":")" +
                             patient + R"("}})")
                    .status == 201);

    for (const auto& request : told.listener.heard(3))
        CHECK(request.headers.find("X-Hub-Signature") ==
              "sha256=" + fhir::hmacSha256(secret, request.body));
    const auto body = told.listener.heard(3)[2].body;
    CHECK(at(body, "/entry/0/resource/resourceType") == "SubscriptionStatus");
    CHECK(at(body, "/entry/0/resource/eventsSinceSubscriptionStart") == "1");
    CHECK(at(body, "/entry/0/resource/notificationEvent/0/additionalContext/0/reference") ==
          patient);
}

}  // namespace hooks_test
