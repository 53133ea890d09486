// Event type ids. They are embedded in stored data: never change one, never use one again.
// The upper byte is the entity kind, the lower two count within it; 0x00.... are the runtime's own.
#pragma once

#include <cstdint>

namespace rookery::event_type {

inline constexpr std::uint32_t kCommandRefused = 0x000001;

inline constexpr std::uint32_t kOrganizationFounded = 0x010001;
inline constexpr std::uint32_t kDepartmentAdded = 0x010002;
inline constexpr std::uint32_t kDepartmentRenamed = 0x010003;
inline constexpr std::uint32_t kDepartmentRemoved = 0x010004;

inline constexpr std::uint32_t kUserRegistered = 0x020001;
inline constexpr std::uint32_t kUserPasswordChanged = 0x020002;
inline constexpr std::uint32_t kUserSignedIn = 0x020003;
inline constexpr std::uint32_t kUserSignInFailed = 0x020004;
inline constexpr std::uint32_t kUserDisabled = 0x020005;
inline constexpr std::uint32_t kUserEnabled = 0x020006;

inline constexpr std::uint32_t kPhoneCreated = 0x030001;
inline constexpr std::uint32_t kPhoneBound = 0x030002;
inline constexpr std::uint32_t kPhoneUnbound = 0x030003;
inline constexpr std::uint32_t kPhoneStartRequested = 0x030004;
inline constexpr std::uint32_t kPhoneStarted = 0x030005;
inline constexpr std::uint32_t kPhoneStopRequested = 0x030006;
inline constexpr std::uint32_t kPhoneStopped = 0x030007;
inline constexpr std::uint32_t kPhoneDeleted = 0x030008;
inline constexpr std::uint32_t kPhoneForked = 0x030009;

inline constexpr std::uint32_t kDeploymentPlanned = 0x040001;
inline constexpr std::uint32_t kDeploymentOutcomeReported = 0x040002;
inline constexpr std::uint32_t kDeploymentFinished = 0x040003;
inline constexpr std::uint32_t kDeploymentCancelled = 0x040004;

inline constexpr std::uint32_t kSessionOpened = 0x050001;
inline constexpr std::uint32_t kSessionConnected = 0x050002;
inline constexpr std::uint32_t kSessionQualityReported = 0x050003;
inline constexpr std::uint32_t kSessionTrafficReported = 0x050004;
inline constexpr std::uint32_t kSessionEnded = 0x050005;
inline constexpr std::uint32_t kSessionInvited = 0x050006;
inline constexpr std::uint32_t kSessionLost = 0x050007;
inline constexpr std::uint32_t kSessionResumed = 0x050008;
inline constexpr std::uint32_t kSessionInputsRefused = 0x050009;
inline constexpr std::uint32_t kSessionClipboardSet = 0x05000a;
inline constexpr std::uint32_t kSessionClipboardPassed = 0x05000b;

inline constexpr std::uint32_t kLinkCreated = 0x060001;
inline constexpr std::uint32_t kLinkUsed = 0x060002;
inline constexpr std::uint32_t kLinkTryFailed = 0x060003;
inline constexpr std::uint32_t kLinkRevoked = 0x060004;
inline constexpr std::uint32_t kLinkClipboardSet = 0x060005;

inline constexpr std::uint32_t kAccessQueried = 0x070001;
inline constexpr std::uint32_t kAccessRefused = 0x070002;

}  // namespace rookery::event_type
