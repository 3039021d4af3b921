#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "fhir/http/transport.h"

namespace faults {

/// A page that is open: about a patient or, if that is "", a ward.
struct OpenPage {
    std::string patient, cookie, context;
};

/// Opens a page at an instance by a development link, which is valid only in the process that made
/// it. `view`: {"view":"ward","unit":"ward-7"}.
OpenPage openPage(const fhir::Url& service, const std::string& view);
/// One about each patient.
std::vector<OpenPage> openPages(const fhir::Url& service, const std::vector<std::string>& patients);

/// The request that the page of this patient posts.
fhir::http::Request posted(const fhir::Url& service, const OpenPage& page,
                           const std::string& target, std::string body);

/// A statement that was answered with "saved": when somebody first pressed the button, and when the
/// answer came.
struct Saved {
    std::string id, patient, aspect;
    std::chrono::steady_clock::time_point pressed, told;
};

/// People who write down, correct and take back what patients say, all at once and about the same
/// patients, on pages that behave as ours do: a request whose answer did not come, or was a
/// failure, is repeated with the same id until it is answered; now and then it is sent twice at
/// once.
class Nurses {
public:
    Nurses(fhir::Url service, std::vector<OpenPage> pages, std::uint64_t seed);
    ~Nurses();
    Nurses(const Nurses&) = delete;
    Nurses& operator=(const Nurses&) = delete;

    void start(int count);
    /// Lets each finish the current request; an answer that takes a minute longer is a fault.
    void stop();

    // Once they have stopped:
    const std::vector<Saved>& saved() const { return saved_; }
    const std::set<std::string>& withdrawn() const { return withdrawn_; }
    long repeated() const { return repeated_; }
    long refused() const { return refused_; }  ///< corrections of what was taken back before
    const std::string& fault() const { return fault_; }

private:
    using Clock = std::chrono::steady_clock;
    struct Nurse;

    void work(Nurse& nurse);
    void capture(Nurse& nurse);
    void putRight(Nurse& nurse);
    void post(Nurse& nurse, Saved words, const std::string& more, const std::string& replaced);
    /// Repeats the request until it has an answer that is no failure. Returns the status.
    int press(Nurse& nurse, const fhir::http::Request& request);
    int pressOnce(Nurse& nurse, const fhir::http::Request& request);
    fhir::http::Request request(const std::string& patient, const std::string& target,
                                std::string body) const;
    void complain(const std::string& what);

    const fhir::Url service_;
    const std::vector<OpenPage> pages_;
    const std::uint64_t seed_;
    std::vector<std::thread> threads_;
    std::atomic<bool> isOver_ = false;
    std::atomic<Clock::rep> patienceEnds_ = Clock::duration::max().count();
    std::atomic<long> repeated_ = 0, refused_ = 0;
    std::mutex mutex_;
    std::vector<Saved> saved_;
    std::set<std::string> withdrawn_;
    std::string fault_;
};

}  // namespace faults
