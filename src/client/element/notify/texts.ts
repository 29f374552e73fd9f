import type { NotifyTexts } from '../translations.ts'

/** The texts of this part by language, so that readers of other rooms don't load them. */
export const notifyTexts: { en: NotifyTexts } & Record<string, NotifyTexts> = {
  ar: {
    notifications: 'الإشعارات',
    notifyMentions: 'عندما يذكرك أحد أو يرد عليك:',
    notifyAll: 'عندما يكتب أحد:',
    notifySound: 'تشغيل صوت',
    notifyDesktop: 'إظهار إشعار',
    notifyBlocked: 'يحظر متصفحك إشعارات هذا الموقع. اسمح بها في إعدادات المتصفح، ثم حاول مرة أخرى.',
    notifyUnsupported: 'لا يمكن لمتصفحك إظهار الإشعارات في هذه الصفحة.',
  },
  de: {
    notifications: 'Benachrichtigungen',
    notifyMentions: 'Wenn dich jemand erwähnt oder dir antwortet:',
    notifyAll: 'Wenn jemand schreibt:',
    notifySound: 'Einen Ton abspielen',
    notifyDesktop: 'Eine Benachrichtigung anzeigen',
    notifyBlocked:
      'Dein Browser blockiert Benachrichtigungen dieser Website. Erlaube sie in seinen Einstellungen und versuche es noch einmal.',
    notifyUnsupported: 'Dein Browser kann auf dieser Seite keine Benachrichtigungen anzeigen.',
  },
  en: {
    notifications: 'Notifications',
    notifyMentions: 'When somebody mentions you or replies to you:',
    notifyAll: 'When somebody writes:',
    notifySound: 'Play a sound',
    notifyDesktop: 'Show a notification',
    notifyBlocked:
      'Your browser blocks notifications from this site. Allow them in its settings, then try again.',
    notifyUnsupported: 'Your browser can’t show notifications on this page.',
  },
  es: {
    notifications: 'Notificaciones',
    notifyMentions: 'Cuando alguien te mencione o te responda:',
    notifyAll: 'Cuando alguien escriba:',
    notifySound: 'Reproducir un sonido',
    notifyDesktop: 'Mostrar una notificación',
    notifyBlocked:
      'Tu navegador bloquea las notificaciones de este sitio. Permítelas en sus ajustes e inténtalo de nuevo.',
    notifyUnsupported: 'Tu navegador no puede mostrar notificaciones en esta página.',
  },
  ja: {
    notifications: '通知',
    notifyMentions: 'メンションや返信があったとき：',
    notifyAll: '新しいメッセージがあったとき：',
    notifySound: '音を鳴らす',
    notifyDesktop: '通知を表示する',
    notifyBlocked:
      'ブラウザーがこのサイトの通知をブロックしています。ブラウザーの設定で許可してから、もう一度お試しください。',
    notifyUnsupported: 'このページでは、ブラウザーが通知を表示できません。',
  },
}
