#include "plugin/launch/sessions.h"

#include "tests/support/thrown.h"

using namespace std::chrono_literals;
using fhir::ErrorKind;
using plugin::http::Request;
using plugin::launch::Context;
using plugin::launch::Sessions;
using tests::thrown;

namespace {

/// Sessions with a clock that the test sets.
struct House {
    explicit House(Sessions::Limits limits = {}, bool secure = false)
        : sessions(secure, limits, clock()) {}

    fhir::Clock clock() {
        fhir::Clock result;
        result.steady = [this] { return now; };
        return result;
    }
    Sessions::Redeemed open(const std::string& patient = "p", const Request& browser = {}) {
        Context context;
        context.patient = patient;
        return sessions.redeemLink(sessions.mintLink(context), browser);
    }

    fhir::Deadline now{1000h};
    Sessions sessions;
};

std::string cookieOf(const Sessions::Redeemed& redeemed) {
    return redeemed.setCookie.substr(0, redeemed.setCookie.find(';'));
}

Request shows(const Sessions::Redeemed& redeemed) {
    Request request;
    request.headers.set("Cookie", "theme=dark; " + cookieOf(redeemed) + "; other=1");
    request.headers.set("X-WhatMatters-Context", redeemed.contextToken);
    return request;
}

bool isOpen(House& house, const Request& request) {
    try {
        house.sessions.open(request);
        return true;
    } catch (const fhir::Error& error) {
        CHECK(error.kind() == ErrorKind::Unauthorized);
        return false;
    }
}

}  // namespace

TEST_CASE("sessions: a link is good once and for a minute", "[launch]") {
    House house;
    const auto early = house.sessions.mintLink({});
    const auto late = house.sessions.mintLink({});

    house.now += 59s;
    CHECK_NOTHROW(house.sessions.redeemLink(early, {}));
    CHECK(thrown([&] { house.sessions.redeemLink(early, {}); }).kind() == ErrorKind::Unauthorized);
    house.now += 1s;
    CHECK(thrown([&] { house.sessions.redeemLink(late, {}); }).kind() == ErrorKind::Unauthorized);
    CHECK(thrown([&] { house.sessions.redeemLink("", {}); }).kind() == ErrorKind::Unauthorized);
}

TEST_CASE("sessions: an idle one ends, one in use does not", "[launch]") {
    House house;
    const auto idle = house.open();
    const auto used = house.open();

    for (int i = 0; i < 3; ++i) {
        house.now += 20min;
        CHECK(isOpen(house, shows(used)));
    }

    CHECK_FALSE(isOpen(house, shows(idle)));
}

TEST_CASE("sessions: every one ends after twelve hours", "[launch]") {
    House house;
    const auto page = house.open();

    for (auto passed = 0min; passed < 12h; passed += 20min) {
        CHECK(isOpen(house, shows(page)));
        house.now += 20min;
    }

    CHECK(isOpen(house, shows(page)));
    house.now += 1min;
    CHECK_FALSE(isOpen(house, shows(page)));
}

TEST_CASE("sessions: a page shows both its cookie and its context", "[launch]") {
    House house;
    const auto one = house.open("patient-1");
    const auto two = house.open("patient-2");
    auto noCookie = shows(one);
    noCookie.headers.set("Cookie", "theme=dark");
    auto noContext = shows(one);
    noContext.headers.set("X-WhatMatters-Context", "");
    auto others = shows(one);
    others.headers.set("X-WhatMatters-Context", two.contextToken);
    auto longerName = shows(one);
    longerName.headers.set("Cookie", "x" + cookieOf(one));

    CHECK(house.sessions.open(shows(one)).context.patient == "patient-1");
    for (const auto& request : {noCookie, noContext, others, longerName, Request()})
        CHECK_FALSE(isOpen(house, request));
}

TEST_CASE("sessions: a second page joins the browser's session", "[launch]") {
    House house;
    const auto one = house.open("patient-1");

    const auto two = house.open("patient-2", shows(one));

    CHECK(cookieOf(two) == cookieOf(one));
    CHECK(two.contextToken != one.contextToken);
    CHECK(house.sessions.open(shows(one)).context.patient == "patient-1");
    CHECK(house.sessions.open(shows(two)).context.patient == "patient-2");
}

TEST_CASE("sessions: a cookie that nobody gave out begins a session of its own", "[launch]") {
    House house;
    Request request;
    request.headers.set("Cookie", "whatmatters=chosen-by-somebody-else");

    CHECK(cookieOf(house.open("p", request)) != "whatmatters=chosen-by-somebody-else");
}

TEST_CASE("sessions: the oldest page of a session goes when there are too many", "[launch]") {
    Sessions::Limits limits;
    limits.contextsMax = 2;
    House house(limits);
    const auto one = house.open("1");
    house.now += 1s;
    const auto two = house.open("2", shows(one));
    house.now += 1s;
    REQUIRE(isOpen(house, shows(one)));  // used last, so the other one is the oldest
    house.now += 1s;

    const auto three = house.open("3", shows(one));

    CHECK(isOpen(house, shows(one)));
    CHECK_FALSE(isOpen(house, shows(two)));
    CHECK(isOpen(house, shows(three)));
}

TEST_CASE("sessions: there are never more than allowed, and ended ones make room", "[launch]") {
    Sessions::Limits limits;
    limits.sessionsMax = 2;
    House house(limits);
    house.open();
    house.open();

    CHECK(thrown([&] { house.open(); }).kind() == ErrorKind::Unavailable);
    house.now += 31min;
    CHECK_NOTHROW(house.open());
}

TEST_CASE("sessions: links are never more than 10,000, and old ones make room", "[launch]") {
    House house;
    for (int i = 0; i < 10'000; ++i) house.sessions.mintLink({});

    CHECK(thrown([&] { house.sessions.mintLink({}); }).kind() == ErrorKind::Unavailable);
    house.now += 60s;
    CHECK_NOTHROW(house.sessions.mintLink({}));
}

TEST_CASE("sessions: over https the cookie may be framed, and is for https alone", "[launch]") {
    House plain;
    House secure({}, true);

    CHECK(plain.open().setCookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"));
    CHECK(secure.open().setCookie.ends_with(
        "; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"));
    CHECK(cookieOf(plain.open()).size() >= 12 + 32);  // 192 bits
}
