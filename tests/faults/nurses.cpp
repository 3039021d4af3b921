#include "tests/faults/nurses.h"

#include <array>
#include <cstdio>
#include <future>

#include "fhir/base/error.h"
#include "tests/support/json_at.h"

namespace faults {

using namespace std::chrono_literals;

OpenPage openPage(const fhir::Url& service, const std::string& view) {
    const auto transport = fhir::http::makeTransport();
    const auto link = transport->send({"POST",
                                       service.resolve("/development/links"),
                                       {{"Content-Type", "application/json"}},
                                       view},
                                      fhir::deadlineIn(20s));
    const auto opened = transport->send(
        {"GET", service.resolve(test::at(link.body, "/url")), {}, {}}, fhir::deadlineIn(20s));
    const auto cookie = opened.headers.find("Set-Cookie").value_or("");
    const auto location = opened.headers.find("Location").value_or("");
    const auto mark = location.find("#c=");
    if (mark == location.npos) throw std::runtime_error("the link opened no page");
    return {test::at(view, "/patient"), cookie.substr(0, cookie.find(';')),
            location.substr(mark + 3)};
}

std::vector<OpenPage> openPages(const fhir::Url& service,
                                const std::vector<std::string>& patients) {
    std::vector<OpenPage> pages;
    for (const auto& patient : patients)
        pages.push_back(openPage(service, R"({"view":"patient","patient":")" + patient + "\"}"));
    return pages;
}

fhir::http::Request posted(const fhir::Url& service, const OpenPage& page,
                           const std::string& target, std::string body) {
    return {"POST",
            service.resolve(target),
            {{"Content-Type", "application/json"},
             {"Cookie", page.cookie},
             {"X-WhatMatters-Context", page.context}},
            std::move(body)};
}

struct Nurses::Nurse {
    Nurse(std::uint64_t seed, int which) : number(which), chance(seed + 1000U + unsigned(which)) {}
    std::uint64_t draw(std::uint64_t most) { return chance() % most; }

    int number;
    int statements = 0;
    std::mt19937_64 chance;
    std::unique_ptr<fhir::http::Transport> transport = fhir::http::makeTransport();
};

Nurses::Nurses(fhir::Url service, std::vector<OpenPage> pages, std::uint64_t seed)
    : service_(std::move(service)), pages_(std::move(pages)), seed_(seed) {}

Nurses::~Nurses() {
    stop();
}

void Nurses::start(int count) {
    for (int i = 0; i < count; ++i)
        threads_.emplace_back([this, i] {
            Nurse nurse(seed_, i);
            work(nurse);
        });
}

void Nurses::stop() {
    isOver_ = true;
    patienceEnds_ = (Clock::now() + 60s).time_since_epoch().count();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void Nurses::complain(const std::string& what) {
    const std::scoped_lock lock(mutex_);
    if (fault_.empty()) fault_ = what;
    isOver_ = true;
}

void Nurses::work(Nurse& nurse) {
    while (!isOver_) {
        try {
            nurse.draw(3) == 0 ? putRight(nurse) : capture(nurse);
        } catch (const std::exception& error) {
            complain(std::string("a page ended by itself: ") + error.what());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + nurse.draw(200)));
    }
}

void Nurses::capture(Nurse& nurse) {
    const auto& page = pages_.at(nurse.draw(pages_.size()));
    post(nurse,
         {.id = {},
          .patient = page.patient,
          .aspect = nurse.draw(4) == 0 ? "about-me" : "now",
          .pressed = {},
          .told = {}},
         {}, {});
}

/// One of the last words of anybody, which may be on their way at that moment.
void Nurses::putRight(Nurse& nurse) {
    Saved wrong;
    {
        const std::scoped_lock lock(mutex_);
        if (saved_.empty()) return;
        wrong = saved_.at(saved_.size() - 1 - nurse.draw(std::min<std::size_t>(8, saved_.size())));
    }
    if (nurse.draw(2) == 0) {
        post(
            nurse,
            {.id = {}, .patient = wrong.patient, .aspect = wrong.aspect, .pressed = {}, .told = {}},
            R"(,"wrong":true,"replaces":")" + wrong.id + "\"", wrong.id);
        return;
    }
    const auto uuid = wrong.id.substr(wrong.id.rfind(':') + 1);
    const int status =
        press(nurse, request(wrong.patient, "/api/patient/statements/" + uuid + "/withdrawal", {}));
    if (status != 200) return complain("a withdrawal was answered with " + std::to_string(status));
    const std::scoped_lock lock(mutex_);
    withdrawn_.insert(wrong.id);
}

void Nurses::post(Nurse& nurse, Saved words, const std::string& more, const std::string& replaced) {
    std::array<char, 48> id{};
    std::snprintf(id.data(), id.size(), "urn:uuid:%08x-0000-4000-8%03x-%012x",
                  static_cast<unsigned>(seed_ & 0xffff'ffffU), static_cast<unsigned>(nurse.number),
                  static_cast<unsigned>(++nurse.statements));
    words.id = id.data();
    const auto posted = request(words.patient, "/api/patient/statements",
                                R"({"id":")" + words.id + R"(","aspect":")" + words.aspect +
                                    R"(","by":"patient","text":"Saying )" + words.id.substr(28) +
                                    "\"" + more + "}");
    words.pressed = Clock::now();
    int status = 0;
    if (nurse.draw(10) == 0) {  // somebody is impatient
        auto twin = std::async(std::launch::async, [&] { return pressOnce(nurse, posted); });
        status = press(nurse, posted);
        twin.get();
    } else {
        status = press(nurse, posted);
    }
    if (status == 409 && !replaced.empty()) {
        ++refused_;
        return;
    }
    if (status != 201)
        return complain("what somebody said was answered with " + std::to_string(status));
    words.told = Clock::now();
    const std::scoped_lock lock(mutex_);
    if (!replaced.empty()) withdrawn_.insert(replaced);
    saved_.push_back(std::move(words));
}

fhir::http::Request Nurses::request(const std::string& patient, const std::string& target,
                                    std::string body) const {
    for (const auto& page : pages_)
        if (page.patient == patient) return posted(service_, page, target, std::move(body));
    throw std::runtime_error("no page is open about " + patient);
}

/// 0 where no answer came.
int Nurses::pressOnce(Nurse& nurse, const fhir::http::Request& request) {
    try {
        return nurse.transport->send(request, fhir::deadlineIn(4s)).status;
    } catch (const fhir::Error&) {
        return 0;
    }
}

int Nurses::press(Nurse& nurse, const fhir::http::Request& request) {
    while (true) {
        const int status = pressOnce(nurse, request);
        if (status != 0 && status != 429 && status < 500) return status;
        if (Clock::now().time_since_epoch().count() > patienceEnds_)
            throw std::runtime_error("no answer for a minute, though everything was mended: " +
                                     std::to_string(status));
        ++repeated_;
        std::this_thread::sleep_for(50ms);
    }
}

}  // namespace faults
