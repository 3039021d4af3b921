#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace faults {

/// One instance whose SQLite file is on a disk of its own that is filled, and emptied again, while
/// the instance runs. The disk is a tmpfs in a mount namespace; if this machine allows no mount,
/// the size of its files is limited instead.
class FullDisk {
public:
    FullDisk(std::string program, std::uint64_t seed);
    ~FullDisk();
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

    /// Posts statements until they are refused, and again once there is room.
    void play();
    /// Waits until everything is delivered, which may take a lease, and compares the simulator's
    /// own record with what was acknowledged. "" if every promise held.
    std::string finish();

    bool isMounted() const;
    int acknowledged() const;
    int refused() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace faults
