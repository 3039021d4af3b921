#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fhir/http/transport.h"
#include "plugin/service/service.h"
#include "tests/support/ehr.h"
#include "tests/support/json_at.h"
#include "tests/support/site_text.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/text.h"

namespace test {

using fhir::http::Response;

/// A page that somebody opened: what its browser holds.
struct Page {
    std::string cookie, context;
    fhir::Headers headers() const {
        return {{"Cookie", cookie}, {"X-WhatMatters-Context", context}};
    }
};

/// The whole product on a free port, with the made-up hospital as its EHR. Its log is caught.
class ServiceFixture {
public:
    struct Options {
        int patients = 3;
        bool development = true;
        std::string connection{};  ///< further members of it, each with a comma before it
        int ehrSecondsMax = 1;
        bool postgresql = false;  ///< a schema of its own on the private server
        std::string publicUrl = "http://127.0.0.1:8080";
        /// Is given the EHR and the text of the site before the service starts.
        std::function<void(Ehr& ehr, std::string& site)> prepare{};
    };
    ServiceFixture() : ServiceFixture(Options{}) {}
    explicit ServiceFixture(const Options& options);
    ~ServiceFixture();
    ServiceFixture(const ServiceFixture&) = delete;
    ServiceFixture& operator=(const ServiceFixture&) = delete;

    /// Ends the service, and starts one on the same database.
    void restart();
    /// Reads the ward from the EHR, so that there is a projection.
    void readWard() { service_->readUnit("general", "ward-7"); }

    Response get(const std::string& target, const fhir::Headers& headers = {});
    Response post(const std::string& target, const std::string& body,
                  const fhir::Headers& headers = {});
    /// What those who operate the service read.
    Response operations(const std::string& target);
    Response get(const Page& page, const std::string& target) {
        return get(target, page.headers());
    }
    Response post(const Page& page, const std::string& target, const std::string& body) {
        return post(target, body, page.headers());
    }
    Response send(const std::string& method, const std::string& target,
                  const fhir::Headers& headers);
    /// How its database is reached.
    const plugin::store::Options& store() const { return store_; }
    std::vector<std::string> routes() const { return service_->routes(); }
    std::string storeFile() const { return folder_.path() + "/test.db"; }
    std::uint16_t port() const { return service_->port(); }
    /// Sends these bytes and returns what comes back until the service closes the connection. With
    /// `half`, closes the sending side after them.
    std::string raw(const std::string& bytes, bool half = false);

    /// Address of a one-time link to a patient or, if it is "", to the ward.
    std::string link(const std::string& patient);
    Page open(const std::string& patient);
    Page openWard() { return open(""); }

    std::string log() const;

    Ehr ehr;

private:
    void start();
    TemporaryFolder folder_;
    std::string text_;
    plugin::store::Options store_;
    mutable std::mutex mutex_;
    std::string log_;
    std::unique_ptr<plugin::service::Service> service_;
    std::unique_ptr<fhir::http::Transport> transport_;
};

/// Whether `isTrue` becomes true within 20 seconds.
bool eventually(const std::function<bool()>& isTrue);

/// What the page posts for these words. `more`: further members, each with a comma before it.
inline std::string form(const std::string& words, const std::string& more = {},
                        const std::string& uuid = kUuid) {
    return R"({"id":"urn:uuid:)" + uuid + R"(","aspect":"now","by":"patient","text":")" + words +
           "\"" + more + "}";
}

}  // namespace test
