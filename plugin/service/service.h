#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin/settings/settings.h"

namespace plugin::service {

/// A running service: the one place where every part of the product is put together. `serve` and
/// `demo` run one, and so do the service tests.
class Service {
public:
    /// Opens the store, listens, and begins to sync and send. `startPage`: the demo's page at "/".
    Service(Settings settings, bool startPage);
    /// Stops listening, lets the running requests, syncs and sends end.
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    std::uint16_t port() const;
    /// "http://127.0.0.1:8080"
    std::string address() const;
    /// Where health and metrics are.
    std::string operationsAddress() const;
    /// Every route that is served, at either address, as "GET /api/ward".
    std::vector<std::string> routes() const;
    /// Reads a unit now; throws as the adapter.
    void readUnit(const std::string& connection, const std::string& unit);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace plugin::service
