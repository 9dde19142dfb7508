export const publicUrl = "http://localhost:3000";
