"use client";
import { PageHeader } from "@/components/shell/page-header";
import { NotificationSettings } from "./notification-settings";
import { ProfileSettings } from "./profile-settings";
import { SettingsSection } from "./settings-section";
import { SignOut } from "./sign-out";
import { ThemeSettings } from "./theme-settings";
import { TokenSettings } from "./token-settings";

export function SettingsView() {
  return (
    <div className="max-w-140">
      <PageHeader title="Settings" />
      <SettingsSection title="You">
        <ProfileSettings />
      </SettingsSection>
      <SettingsSection title="Look">
        <ThemeSettings />
      </SettingsSection>
      <SettingsSection title="Notify me">
        <NotificationSettings />
      </SettingsSection>
      <SettingsSection title="Access tokens" note="For scripts and other apps: Authorization: Bearer …">
        <TokenSettings />
      </SettingsSection>
      <SignOut />
    </div>
  );
}
