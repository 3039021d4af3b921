// What a server reads as a request, and what it refuses (RFC 9112), without a socket.
#include "plugin/http_server/request_reader.h"

#include "tests/support/http_forms.h"

namespace request_reader_test {

using plugin::http_server::Request;
using plugin::http_server::RequestLimits;
using plugin::http_server::RequestReader;
using State = RequestReader::State;

namespace {

struct Heard {
    std::vector<Request> requests;
    int refusal = 0;  ///< its status; 0: none
    bool stays = true;
};

/// Reads all of it, in pieces of `step` bytes.
Heard read(const std::string& bytes, std::size_t step, RequestLimits limits = {.bodyBytes = 100}) {
    RequestReader reader(limits);
    Heard heard;
    const auto readOn = [&](std::string_view part) {
        for (auto state = reader.take(part);; state = reader.take({})) {
            if (state == State::Refused) heard.refusal = reader.refusal().status;
            if (state != State::Whole) return state != State::Refused;
            heard.requests.push_back(reader.takeRequest());
            heard.stays = reader.keepsAlive();
            if (!heard.stays) return false;
        }
    };
    for (std::size_t at = 0; at < bytes.size(); at += step)
        if (!readOn(std::string_view(bytes).substr(at, step))) break;
    heard.stays = heard.stays && heard.refusal == 0;
    return heard;
}

}  // namespace

TEST_CASE("request reader: each form is one number of requests, in whatever pieces it comes") {
    CHECK(test::httpForms().size() >= 60);
    for (const auto& form : test::httpForms()) {
        for (const std::size_t step : {form.bytes.size(), std::size_t{1}, std::size_t{7}}) {
            CAPTURE(form.name, step);
            const auto heard = read(form.bytes, step);

            std::size_t requests = 0;  // a foreign name is told by whoever knows our own
            int refusal = 0;
            for (const auto status : form.answers)
                status == 200 || status == 421 ? void(++requests) : void(refusal = status);
            CHECK(heard.requests.size() == requests);
            CHECK(heard.refusal == refusal);
            CHECK(heard.stays == form.stays);
            for (const auto& request : heard.requests) CHECK(request.path != "/smuggled");
            for (std::size_t i = 0; i < form.bodies.size() && i < heard.requests.size(); ++i)
                CHECK(heard.requests[i].body == form.bodies[i]);
        }
    }
}

TEST_CASE("request reader: says what a request is") {
    const auto heard = read(
        "POST http://Example.org:8080/a/b?c=d&e HTTP/1.1\r\nHost: other\r\nX-One:  1 \r\n"
        "x-one: 2\r\nContent-Length: 2\r\n\r\nhi",
        1);

    REQUIRE(heard.requests.size() == 1);
    const auto& request = heard.requests.front();
    CHECK(request.method == "POST");
    CHECK(request.path == "/a/b");
    CHECK(request.query == "c=d&e");
    CHECK(request.host == "example.org:8080");
    CHECK(request.headers.find("X-One") == "1");
    CHECK(request.body == "hi");
}

TEST_CASE("request reader: a path that is left out is the root") {
    const auto heard = read("GET http://x?a HTTP/1.1\r\nHost: x\r\n\r\n", 3);
    REQUIRE(heard.requests.size() == 1);
    CHECK(heard.requests.front().path == "/");
    CHECK(heard.requests.front().query == "a");
}

TEST_CASE("request reader: tells who waits with the body for a word, once") {
    RequestReader reader({});
    reader.take("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n");
    CHECK_FALSE(reader.takeExpectsContinue());
    reader.take("\r\n");
    CHECK(reader.takeExpectsContinue());
    CHECK_FALSE(reader.takeExpectsContinue());
    CHECK(reader.take("hi") == State::Whole);
}

TEST_CASE("request reader: the states on the way") {
    RequestReader reader({});
    CHECK(reader.state() == State::Empty);
    CHECK(reader.take("\r\n") == State::Empty);
    CHECK(reader.take("P") == State::Head);
    CHECK(reader.take("OST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n") == State::Body);
    CHECK(reader.take("ab") == State::Body);
    CHECK(reader.bodyBytes() == 2);
    CHECK(reader.take("cGET") == State::Whole);
    CHECK(reader.takeRequest().body == "abc");
    CHECK(reader.take({}) == State::Head);
    reader.refuse({408, "too-slow", "", ""});
    CHECK(reader.take(" / HTTP/1.1\r\nHost: x\r\n\r\n") == State::Refused);
    CHECK(reader.refusal().status == 408);
}

TEST_CASE("request reader: helps who is at the wrong port") {
    const auto detail = [](const std::string& bytes) {
        RequestReader reader({});
        reader.take(bytes);
        return reader.refusal().detail;
    };
    CHECK(detail(std::string("\x16\x03\x01\x02\x00\x01\x00", 7)).find("https") !=
          std::string::npos);
    CHECK(detail("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n").find("X-Forwarded-For") !=
          std::string::npos);
}

}  // namespace request_reader_test
