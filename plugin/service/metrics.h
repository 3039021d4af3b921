#pragma once

#include <map>
#include <memory>
#include <string>

namespace plugin::service {

/// Numbers about the service for its operators, in the text format of Prometheus. Labels are ids of
/// the configuration, routes and outcomes: never anything about a patient or a person.
class Metrics {
public:
    using Labels = std::map<std::string, std::string>;

    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// Adds one to a counter, "whatmatters_outbox_tries_total". `help` is taken from the first
    /// call.
    void count(const std::string& name, const std::string& help, const Labels& labels);
    /// Sets a gauge, "whatmatters_outbox_entries".
    void set(const std::string& name, const std::string& help, const Labels& labels, double value);
    /// All of them, as text/plain; version=0.0.4.
    std::string text() const;

private:
    struct Families;
    std::unique_ptr<Families> families_;
};

}  // namespace plugin::service
