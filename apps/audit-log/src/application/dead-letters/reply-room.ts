/** A reply holds 256 KiB; the rest is for what surrounds it. */
export const replyRoomBytes = 240 * 1024;
