#pragma once

#include <atomic>
#include <string>

#include "tests/support/cds_token.h"
#include "tests/support/raw_server.h"

namespace test {

/// Where a CDS client publishes its keys; counts who asks. `client` must outlive it.
struct KeyServer {
    explicit KeyServer(const CdsClient& client)
        : server([this, &client](Connection& connection, std::size_t) {
              while (!connection.readRequest().empty()) {
                  ++asked;
                  if (isSilent) return connection.waitUntilClosed();
                  if (!connection.send(answer(200, client.jwks()))) return;
              }
          }) {}
    std::string url() const { return server.url() + "/jwks"; }

    std::atomic<int> asked = 0;
    std::atomic<bool> isSilent = false;
    RawServer server;  // last, so that it ends first
};

}  // namespace test
