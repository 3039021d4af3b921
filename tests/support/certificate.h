#pragma once

#include <memory>
#include <string>

struct evp_pkey_st;
struct x509_st;

namespace tests {

/// A self-signed certificate made for one test run, and the file that trusts it.
class Certificate {
public:
    /// For one name in its subject alternative names, "DNS:localhost" or "IP:127.0.0.1".
    explicit Certificate(const std::string& alternativeName);
    /// Takes the file away.
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    const std::string& file() const noexcept { return file_; }
    evp_pkey_st* key() const noexcept { return key_.get(); }
    x509_st* x509() const noexcept { return x509_.get(); }

private:
    std::shared_ptr<evp_pkey_st> key_;
    std::shared_ptr<x509_st> x509_;
    std::string file_;
};

}  // namespace tests
